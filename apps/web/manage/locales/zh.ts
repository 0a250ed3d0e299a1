import { zh as audit } from "./audit.ts";
import { zh as codes } from "./codes.ts";
import { zh as common } from "./common.ts";
import { zh as devices } from "./devices.ts";
import { zh as map } from "./map.ts";
import { zh as orders } from "./orders.ts";
import { zh as people } from "./people.ts";
import { zh as pricing } from "./pricing.ts";
import { zh as reports } from "./reports.ts";
import { zh as sessions } from "./sessions.ts";
import { zh as shows } from "./shows.ts";
import { zh as today } from "./today.ts";
import { zh as venues } from "./venues.ts";
import { zhPrices } from "./prices.ts";

/** Texts of the back office, a file a topic. A key stands in one of them: a test counts. */
export const zh = {
  ...common,
  ...venues,
  ...shows,
  ...sessions,
  ...today,
  ...reports,
  ...people,
  ...devices,
  ...audit,
  ...codes,
  ...orders,
  ...map,
  ...pricing,
  ...zhPrices,
};

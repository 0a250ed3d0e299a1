import { en as audit } from "./audit.ts";
import { en as codes } from "./codes.ts";
import { en as common } from "./common.ts";
import { en as devices } from "./devices.ts";
import { en as map } from "./map.ts";
import { en as orders } from "./orders.ts";
import { en as people } from "./people.ts";
import { en as pricing } from "./pricing.ts";
import { en as reports } from "./reports.ts";
import { en as sessions } from "./sessions.ts";
import { en as shows } from "./shows.ts";
import { en as today } from "./today.ts";
import { en as venues } from "./venues.ts";
import { enPrices } from "./prices.ts";

/** The same in English. */
export const en = {
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
  ...enPrices,
};

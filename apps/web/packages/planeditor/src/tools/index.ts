import type { Editor } from "../editor.ts";
import type { Tool } from "../state.ts";
import { AreaTool } from "./area/tool.ts";
import { BlockTool } from "./block/tool.ts";
import { BoxTool } from "./box/tool.ts";
import { CursorTool } from "./cursor/tool.ts";
import { LassoTool } from "./lasso/tool.ts";
import { MeasureTool } from "./measure/tool.ts";
import { PaintTool } from "./paint/tool.ts";
import { PanTool } from "./pan/tool.ts";
import { RowTool } from "./row/tool.ts";
import { SeatTool } from "./seat/tool.ts";
import { SectionTool } from "./section/tool.ts";
import { SelectTool } from "./select/tool.ts";
import { ShapeTool } from "./shape/tool.ts";
import { TableTool } from "./table/tool.ts";

/** All tools in the order of the tool bar. */
export const makeTools = (editor: Editor): Tool[] => [
  new SelectTool(editor),
  new LassoTool(editor),
  new CursorTool(editor),
  new RowTool(editor),
  new BlockTool(editor),
  new SeatTool(editor),
  new TableTool(editor),
  new SectionTool(editor),
  new AreaTool(editor),
  new BoxTool(editor),
  new ShapeTool(editor),
  new PaintTool(editor),
  new MeasureTool(editor),
  new PanTool(editor),
];

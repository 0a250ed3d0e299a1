/**
 * One thing that is wrong with a document. Codes and sentences are those of modules/ticketmap/plan, so a page can show
 * either's findings. path is a JSON path without $ ("seats[12][4]"); args fill {0}, {1} of the sentence.
 */
export interface Problem {
  readonly severity: "error" | "warning";
  readonly code: string;
  readonly path: string;
  readonly args: readonly (string | number)[];
}

/** Chinese and English for every code. */
export const SENTENCES: Readonly<Record<string, readonly [zh: string, en: string]>> = {
  "plan.syntax": ["不是合法的 JSON：{0}（第 {1} 字节）。", "Not valid JSON: {0} (byte {1})."],
  "plan.too_large": ["文件超过 {0} 字节的上限。", "The file is larger than {0} bytes."],
  "plan.too_many": ["数量超过上限 {0}。", "There are more than {0}."],
  "plan.too_deep": ["嵌套太深。", "Nested too deeply."],
  "plan.unknown_member": ["未知字段“{0}”。", 'Unknown member "{0}".'],
  "plan.repeated_member": ["字段“{0}”重复。", 'The member "{0}" appears twice.'],
  "plan.missing_member": ["缺少字段“{0}”。", 'The member "{0}" is missing.'],
  "plan.type": ["此处应为{0}。", "Expected {1} here."],
  "plan.not_integer": [
    "坐标和数目必须是整数（毫米），不能有小数或指数。",
    "Write a whole number (millimetres) without fraction or exponent.",
  ],
  "plan.range": ["数值须在 {0} 与 {1} 之间。", "The number must lie between {0} and {1}."],
  "plan.format": ["这不是 parterre.plan 文件。", "This is not a parterre.plan document."],
  "plan.version": ["不支持的版本 {0}；本程序可读 1 到 {1}。", "Version {0} is not supported; this build reads 1 to {1}."],
  "plan.unit": ["单位必须是 mm。", "The unit must be mm."],
  "plan.columns": ["seatColumns 必须与格式规定的列完全一致。", "seatColumns must be exactly the columns of the format."],
  "plan.choice": ["“{0}”不在允许的取值中：{1}。", '"{0}" is not one of {1}.'],
  "plan.id": ["编号“{0}”须为 1–40 个字母、数字或 . _ : - 。", 'The id "{0}" must be 1-40 letters, digits or . _ : - .'],
  "plan.duplicate_id": ["编号“{0}”已被使用。", 'The id "{0}" is used already.'],
  "plan.dangling": ["引用的“{0}”不存在（应为{1}）。", 'There is no {2} "{0}".'],
  "plan.text": [
    "文字须为 1–{0} 个字符，首尾无空格，不含控制字符。",
    "Text must have 1-{0} characters, no blank at either end and no control characters.",
  ],
  "plan.color": ["颜色须写成 #rrggbb（小写）。", "Write the colour as #rrggbb in lower case."],
  "plan.outline": ["轮廓至少要有 3 个点。", "An outline needs at least 3 points."],
  "plan.shape_place": ["图形要么有轮廓 outline，要么有位置 at，二者取一。", "A shape has either an outline or a place (at), not both."],
  "plan.seat_length": ["座位应有 7 到 10 列。", "A seat has 7 to 10 columns."],
  "plan.seat_homeless": ["座位 {0} 不属于任何排、桌或包厢。", "Seat {0} belongs to no row, table or box."],
  "plan.seat_two_homes": ["座位 {0} 同时属于“{1}”和“{2}”。", 'Seat {0} belongs to "{1}" and to "{2}".'],
  "plan.companion": [
    "座位 {0}：companionOf 只用于陪同席，且须指向无障碍席位。",
    "Seat {0}: companionOf belongs to a companion seat and names an accessible one.",
  ],
  "plan.rake": ["起坡的数值超出范围，或同时给出了逐排高差与坡度。", "A rake is out of range, or it gives both steps and a slope."],
  "plan.next_seat_id": [
    "nextSeatId 必须大于所有座位编号（当前最大 {0}）。",
    "nextSeatId must be larger than every seat id (the largest is {0}).",
  ],
  "plan.runs": ["座位区间须为 [首, 末]，递增且互不相接。", "Runs are [first, last], ascending and apart."],
  "plan.two_categories": ["“{0}”已属于类别“{1}”。", '"{0}" stands in category "{1}" already.'],
  "plan.bounds": ["bounds 须为 [minx,miny,maxx,maxy] 并包住全部内容。", "bounds must be [minx,miny,maxx,maxy] and hold everything."],
  "plan.duplicate_label": [
    "“{0}”印了 {1} 次：同一张票面不能对应两个座位。",
    '"{0}" is printed on {1} seats; a printed label must name one seat.',
  ],
  "plan.duplicate_labels": ["“{0}”有 {1} 个座号各印了多次：{2}。", '"{0}" prints {1} numbers more than once: {2}.'],
  "plan.duplicate_area": ["区域标签“{0}”重复。", 'The label "{0}" is used by two areas or tables.'],
  "plan.overlap": ["座位 {0} 与 {1} 相距仅 {2} 毫米。", "Seats {0} and {1} are only {2} mm apart."],
  "plan.overlaps": [
    "“{0}”与“{1}”有 {2} 对座位重叠，最近处 {3} 毫米。",
    '{2} seats of "{0}" and "{1}" overlap; the nearest are {3} mm apart.',
  ],
  "plan.missing_number": ["“{0}”缺少号码 {1}。", '"{0}" lacks the numbers {1}.'],
  "plan.unreachable_row": ["“{0}”两端都被挡住，观众走不进去。", '"{0}" is closed at both ends; nobody can reach it.'],
  "plan.no_companion": ["无障碍席位 {0} 没有陪同席。", "Accessible seat {0} has no companion seat."],
  "plan.half_couple": ["情侣座 {0} 缺少另一半。", "Couple seat {0} lacks its other half."],
  "plan.empty_row": ["“{0}”没有座位。", '"{0}" has no seat.'],
  "plan.view_note": ["座位 {0} 视线受限但没有说明。", "Seat {0} has a restricted view without a note."],
  "plan.view_notes": [
    "“{0}”等 {1} 个座位视线受限但没有说明；点选后可一次写上。",
    '{1} seats, as "{0}", have a restricted view without a note; a click selects them to write one for all.',
  ],
  "plan.outside_section": ["“{0}”有 {1} 个座位在区域轮廓之外。", '"{0}" has {1} seats outside its outline.'],
  "plan.self_crossing": ["轮廓自相交：第 {0} 条边与第 {1} 条边相交。", "The outline crosses itself: edge {0} meets edge {1}."],
};

export function sentence(problem: Problem, language: "zh" | "en" = "zh"): string {
  const text = SENTENCES[problem.code]?.[language === "zh" ? 0 : 1] ?? problem.code;
  return text.replace(/\{(\d)\}/g, (_, n: string) => String(problem.args[Number(n)] ?? ""));
}

/** A document that cannot be opened. problems is never empty. */
export class PlanError extends Error {
  constructor(readonly problems: readonly Problem[]) {
    super(
      problems
        .slice(0, 3)
        .map((p) => `${p.code} at ${p.path}: ${sentence(p, "en")}`)
        .join(" "),
    );
    this.name = "PlanError";
  }
}

/** Collects problems up to a limit: a file with more is not repaired by reading on. */
export class Problems {
  readonly list: Problem[] = [];
  constructor(readonly limit = 200) {}

  get full(): boolean {
    return this.list.length >= this.limit;
  }

  add(code: string, path: string, ...args: (string | number)[]): void {
    if (!this.full) this.list.push({ severity: "error", code, path, args });
  }

  warn(code: string, path: string, ...args: (string | number)[]): void {
    if (!this.full) this.list.push({ severity: "warning", code, path, args });
  }
}

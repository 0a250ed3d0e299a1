/** The panel of properties: of the plan where nothing is selected, else of the selection and how it is arranged. */
import { addCategory, contentOf, isEmpty, refsOf, rotate, seatsOf, type Editor } from "@parterre/planeditor";
import { docOf, type Plan } from "@parterre/planmodel";
import { format } from "@parterre/ui";
import type { ReactNode } from "react";
import { useEditor, useWords } from "./context.tsx";
import { NumberField, TextField } from "./fields.tsx";
import { Corners, ObjectProperties } from "./objectproperties.tsx";
import { SeatProperties } from "./seatproperties.tsx";
import { ActionButton } from "./toolbar.tsx";

/** What can be set of the selection; of the plan where nothing is selected. */
export function Properties(): ReactNode {
  const editor = useEditor("document", "selection"),
    say = useWords();
  if (isEmpty(editor.selection)) return <PlanProperties editor={editor} />;
  const seats = seatsOf(editor),
    objects = refsOf(editor.selection),
    one = objects.length === 1 ? objects[0]! : null;
  return (
    <section className="d-panel" aria-label={say("属性", "Properties")}>
      <h2>
        {[
          seats.length > 0 ? say(`${format.count(seats.length)} 个座位`, `${format.count(seats.length)} seats`) : null,
          objects.length > 0 ? say(`${objects.length} 个对象`, `${objects.length} things`) : null,
        ]
          .filter((x) => x !== null)
          .join(" · ")}
      </h2>
      {one !== null && <ObjectProperties editor={editor} what={one} />}
      {one !== null && <Corners editor={editor} />}
      {seats.length > 0 && <SeatProperties editor={editor} seats={seats} />}
      <Arrange editor={editor} />
    </section>
  );
}

function PlanProperties({ editor }: { editor: Editor }): ReactNode {
  const say = useWords(),
    doc = docOf(editor.plan),
    count = (t: keyof Plan): string => format.count((editor.plan[t] as ReadonlyMap<unknown, unknown>).size);
  return (
    <section className="d-panel" aria-label={say("座位图", "Plan")}>
      <h2>{say("座位图", "Plan")}</h2>
      <TextField
        label={say("名称", "Name")}
        value={doc.name}
        max={100}
        onChange={(name) => editor.change("rename", (s) => s.update("doc", "doc", { name }))}
      />
      <dl className="d-facts">
        <div>
          <dt>{say("座位", "Seats")}</dt>
          <dd>{count("seats")}</dd>
        </div>
        <div>
          <dt>{say("排", "Rows")}</dt>
          <dd>{count("rows")}</dd>
        </div>
        <div>
          <dt>{say("分区", "Sections")}</dt>
          <dd>{count("sections")}</dd>
        </div>
        <div>
          <dt>{say("站席区", "Standing areas")}</dt>
          <dd>{count("areas")}</dd>
        </div>
        <div>
          <dt>{say("桌", "Tables")}</dt>
          <dd>{count("tables")}</dd>
        </div>
        <div>
          <dt>{say("包厢", "Boxes")}</dt>
          <dd>{count("boxes")}</dd>
        </div>
      </dl>
      {editor.plan.seats.size === 0 && (
        <p className="quiet">
          {say("从“生成”选一种厅堂开始，或直接按 R 画一排座位。", "Begin with a hall from “Generate”, or press R and draw a row.")}
        </p>
      )}
      <Categories editor={editor} />
    </section>
  );
}

export function Categories({ editor }: { editor: Editor }): ReactNode {
  const say = useWords(),
    list = [...editor.plan.categories.values()];
  return (
    <>
      <h3>{say("建议票档", "Suggested zones")}</h3>
      {list.map((c) => (
        <div className="d-row" key={c.id}>
          <input
            type="color"
            aria-label={say("颜色", "Colour")}
            value={c.color}
            disabled={editor.readOnly}
            onChange={(e) => {
              const color = e.currentTarget.value;
              editor.change("category", (s) => s.update("categories", c.id, { color }));
            }}
          />
          <TextField
            label={say("名称", "Name")}
            value={c.name}
            max={100}
            onChange={(name) => editor.change("rename", (s) => s.update("categories", c.id, { name }))}
          />
        </div>
      ))}
      <button type="button" className="button" disabled={editor.readOnly || list.length >= 31} onClick={() => addCategory(editor)}>
        {say("新建票档", "New zone")}
      </button>
    </>
  );
}

function Arrange({ editor }: { editor: Editor }): ReactNode {
  const say = useWords(),
    many = contentOf(editor).seats.size + editor.selection.objects.size > 1;
  return (
    <fieldset className="d-set">
      <legend>{say("排列", "Arrange")}</legend>
      {many && (
        <div className="d-grid">
          {(["left", "centre", "right", "top", "middle", "bottom"] as const).map((e) => (
            <ActionButton
              key={e}
              id={`align.${e}`}
              className="d-chip"
              label={
                {
                  left: say("左", "L"),
                  centre: say("中", "C"),
                  right: say("右", "R"),
                  top: say("顶", "T"),
                  middle: say("腰", "M"),
                  bottom: say("底", "B"),
                }[e]
              }
            />
          ))}
        </div>
      )}
      <div className="d-wrap">
        <ActionButton id="distribute.x" className="d-chip" label={say("横向等距", "Distribute ↔")} />
        <ActionButton id="distribute.y" className="d-chip" label={say("纵向等距", "Distribute ↕")} />
        <ActionButton id="mirror.x" className="d-chip" label={say("左右镜像", "Mirror ↔")} />
        <ActionButton id="mirror.y" className="d-chip" label={say("前后镜像", "Mirror ↕")} />
        <ActionButton id="duplicate" className="d-chip" label={say("复制", "Duplicate")} />
        <ActionButton id="delete" className="d-chip" label={say("删除", "Delete")} />
        <ActionButton id="join" className="d-chip" label={say("并排", "Join rows")} />
        <ActionButton id="split" className="d-chip" label={say("拆排", "Split row")} />
      </div>
      <NumberField label={say("旋转", "Turn")} unit="°" value={0} min={-359} max={359} onChange={(deg) => rotate(editor, deg)} />
    </fieldset>
  );
}

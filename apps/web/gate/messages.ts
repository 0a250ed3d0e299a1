import { addMessages } from "@parterre/ui";

export const zh = {
  "gate.pair-title": "配对这台设备", "gate.pair-lead": "请值班经理在“人员 · 设备”里生成配对码，十分钟内有效，只能用一次。", "gate.pair-code": "配对码", "gate.pair-hint": "8 位字母和数字", "gate.pair-go": "配对", "gate.pair-need": "请输入 8 位配对码",
  "gate.staff": "用员工账号登录", "gate.device": "用配对码", "gate.unpair": "解除本机配对", "gate.leave": "退出", "gate.as": "本机：{name}",
  "gate.choose": "今晚守哪一场？", "gate.choose-lead": "选好场次和入口，之后每次验票都按它判断。", "gate.session": "场次", "gate.name": "入口名称", "gate.name-hint": "例如“东门”；不填则不限入口", "gate.start": "开始验票", "gate.no-sessions": "现在没有可验票的场次", "gate.no-sessions-lead": "开票后的场次会出现在这里。", "gate.change": "换场次", "gate.all": "全部入口",
  "gate.ready": "请出示票码", "gate.ready-lead": "扫码枪、摄像头、身份证读卡器，或粘贴文本", "gate.checking": "核验中…", "gate.input": "票码或证件号码", "gate.check": "核验", "gate.camera": "打开摄像头", "gate.camera-off": "关闭摄像头", "gate.camera-none": "这台设备没有可用的摄像头，请用扫码枪或输入票码。", "gate.camera-denied": "未获得摄像头权限。请在浏览器设置中允许，或用扫码枪。",
  "gate.as-code": "票码", "gate.as-id": "证件", "gate.mode": "输入的是", "gate.mode-auto": "自动识别", "gate.sound": "声音", "gate.sound-on": "声音：开", "gate.sound-off": "声音：关",
  "gate.go": "请进", "gate.stop": "请停", "gate.seat": "座位", "gate.zone": "票档", "gate.persons": "放行 {n} 人", "gate.check-id": "请核对证件", "gate.next": "下一位", "gate.earlier": "上次入场", "gate.method": "凭证", "gate.for-gate": "应走入口", "gate.call": "请引导至值班经理处理", "gate.call-alarm": "请立即通知值班经理和安保",
  "gate.by-qr": "二维码", "gate.by-code": "票码", "gate.by-idcard": "证件", "gate.by-rfid": "射频卡", "gate.without": "无",
  "gate.inside": "已入场", "gate.approved": "核定人数", "gate.offline": "离线 · {n} 条待发送", "gate.offline-lead": "网络已断开。扫描都已存好，恢复后自动补发，请暂按纸质流程放行。", "gate.online": "在线", "gate.waiting": "等待网络", "gate.pending": "待核验",
  "gate.recent": "最近 20 次", "gate.recent-none": "还没有验票记录", "gate.at-gate": "入口 {gate}",
  "gate.why.unreadable": "无法识别", "gate.why.forged": "伪造票", "gate.why.unknown": "查无此票", "gate.why.other_session": "不是本场", "gate.why.wrong_place": "走错入口", "gate.why.refunded": "已退票", "gate.why.superseded": "旧票作废", "gate.why.unbound": "未实名", "gate.why.already_in": "已入场", "gate.why.too_early": "未到入场时间", "gate.why.too_late": "已散场", "gate.why.full": "场内已满", "gate.why.cancelled": "场次取消", "gate.why.no_person": "无此人票",
} as const;

export const en: Record<keyof typeof zh, string> = {
  "gate.pair-title": "Pair this device", "gate.pair-lead": "Ask the duty manager for a pairing code. It lasts ten minutes and works once.", "gate.pair-code": "Pairing code", "gate.pair-hint": "8 letters and digits", "gate.pair-go": "Pair", "gate.pair-need": "Enter the 8-character code",
  "gate.staff": "Sign in as staff", "gate.device": "Use a pairing code", "gate.unpair": "Unpair this device", "gate.leave": "Leave", "gate.as": "Device: {name}",
  "gate.choose": "Which session?", "gate.choose-lead": "Choose session and entrance once; every scan is judged by them.", "gate.session": "Session", "gate.name": "Entrance", "gate.name-hint": "Such as “East”; empty for any", "gate.start": "Start checking", "gate.no-sessions": "No session to check now", "gate.no-sessions-lead": "Sessions appear here once they are on sale.", "gate.change": "Change", "gate.all": "All entrances",
  "gate.ready": "Show the ticket", "gate.ready-lead": "Scanner, camera, ID reader, or pasted text", "gate.checking": "Checking…", "gate.input": "Ticket code or document number", "gate.check": "Check", "gate.camera": "Open camera", "gate.camera-off": "Close camera", "gate.camera-none": "No usable camera here; use a scanner or type the code.", "gate.camera-denied": "The camera is not allowed. Allow it in the browser's settings, or use a scanner.",
  "gate.as-code": "Ticket code", "gate.as-id": "Document", "gate.mode": "This is a", "gate.mode-auto": "Automatic", "gate.sound": "Sound", "gate.sound-on": "Sound: on", "gate.sound-off": "Sound: off",
  "gate.go": "Enter", "gate.stop": "Stop", "gate.seat": "Seat", "gate.zone": "Zone", "gate.persons": "Admits {n}", "gate.check-id": "Compare the document", "gate.next": "Next", "gate.earlier": "Admitted before", "gate.method": "By", "gate.for-gate": "Right entrance", "gate.call": "Send to the duty manager", "gate.call-alarm": "Tell the duty manager and security at once",
  "gate.by-qr": "QR code", "gate.by-code": "ticket code", "gate.by-idcard": "document", "gate.by-rfid": "RFID", "gate.without": "none",
  "gate.inside": "Inside", "gate.approved": "Approved", "gate.offline": "Offline · {n} waiting", "gate.offline-lead": "The line is down. Every scan is kept and sent when it is back; follow the paper procedure meanwhile.", "gate.online": "Online", "gate.waiting": "Waiting for the network", "gate.pending": "Not checked yet",
  "gate.recent": "Last 20", "gate.recent-none": "No scans yet", "gate.at-gate": "Entrance {gate}",
  "gate.why.unreadable": "Not readable", "gate.why.forged": "Forged", "gate.why.unknown": "No such ticket", "gate.why.other_session": "Other session", "gate.why.wrong_place": "Wrong entrance", "gate.why.refunded": "Refunded", "gate.why.superseded": "Replaced", "gate.why.unbound": "No name bound", "gate.why.already_in": "Already inside", "gate.why.too_early": "Too early", "gate.why.too_late": "Too late", "gate.why.full": "House full", "gate.why.cancelled": "Cancelled", "gate.why.no_person": "No ticket for this person",
};
addMessages({ zh, en });

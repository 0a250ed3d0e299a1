import type { ReactNode } from "react";
export function MapPage(props: { session: string }): ReactNode { return props.session; }

// All screens but the first: they are loaded together, when one of them is opened.
export { AskForToken } from "./ask-for-token.tsx";
export { Launch } from "./launch.tsx";
export { NewStack } from "./new-stack.tsx";
export { ServiceScreen } from "./service.tsx";
export { StackScreen } from "./stack.tsx";

import type { Banner, BannerContent } from "./banner.ts";
import type { Message, StoredFile, User, View, Workspace } from "./workspace.ts";

/** What the app offers people, from its manifest. */
export type Offers = {
  commands: readonly { command: string; description: string; usageHint: string }[];
  shortcuts: readonly { name: string; callbackId: string }[];
};

/** A channel as its list shows it; a direct conversation is named after whom it is with. */
export type PageChannel = { id: string; name: string; isPrivate: boolean; isIm: boolean; members: number; hasApp: boolean };

/** Everything that one person sees of the workspace. */
export type PageState = {
  team: string;
  me: string;
  appUserId: string;
  people: readonly Pick<User, "id" | "realName">[];
  users: readonly Pick<User, "id" | "name" | "realName" | "locale" | "isBot" | "isRestricted">[];
  groups: readonly { id: string; handle: string }[];
  channels: readonly PageChannel[];
  messages: readonly Omit<Message, "metadata">[];
  files: readonly Pick<StoredFile, "id" | "name" | "title" | "altText" | "mimetype" | "ready">[];
  home?: View;
  modal?: View;
  offers: Offers;
  banner?: BannerContent;
};

/** Messages that the page is given at most, the newest; a lab that ran for a day has more. */
const MESSAGES = 500;

/** What one person sees now, or nothing where nobody of that id can look at the workspace. */
export function pageState(workspace: Workspace, offers: Offers, banner: Banner | undefined, user: string): PageState | undefined {
  const people = workspace.users.filter((each) => !each.isBot && workspace.channels.some((channel) => channel.members.includes(each.id)));
  if (!people.some((each) => each.id === user)) return undefined;
  const mine = workspace.channels.filter((channel) => channel.members.includes(user) && !channel.isArchived);
  const ids = new Set(mine.map((channel) => channel.id));
  const sees = (message: Message) => ids.has(message.channel) && (message.ephemeralFor ?? user) === user;
  const [home, modal, content] = [workspace.home(user), workspace.view(user), banner?.current()];
  return {
    team: workspace.team.name,
    me: user,
    appUserId: workspace.botUserId,
    people: people.map(({ id, realName }) => ({ id, realName })),
    users: workspace.users,
    groups: workspace.userGroups.map(({ id, handle }) => ({ id, handle })),
    channels: mine.map(({ id, name, isPrivate = false, isIm = false, members }) => ({
      id,
      name: isIm
        ? nameOf(
            workspace,
            members.find((member) => member !== user),
          )
        : name,
      isPrivate,
      isIm,
      members: members.length,
      hasApp: members.includes(workspace.botUserId),
    })),
    messages: workspace.messages.filter(sees).slice(-MESSAGES).map(withoutMetadata),
    files: workspace.files.map(({ id, name, title, altText, mimetype, ready }) => ({ id, name, title, altText, mimetype, ready })),
    ...(home ? { home } : {}),
    ...(modal ? { modal } : {}),
    offers,
    ...(content ? { banner: content } : {}),
  };
}

/** What only apps read stays with them. */
function withoutMetadata(message: Message): Omit<Message, "metadata"> {
  const { metadata: _metadata, ...seen } = message;
  return seen;
}

function nameOf(workspace: Workspace, id: string | undefined): string {
  return workspace.users.find((user) => user.id === id)?.realName ?? "unknown";
}

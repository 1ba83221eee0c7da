import type { ColonyEvent } from "@colony/core";
import type { StoryPlace } from "./input-story.ts";

/**
 * Whose stories go on with which event. Whoever is followed is filed under what it waits for, so that an event is shown
 * only to those that it may concern, however many there are.
 */
export class StoryShelves<Follower> {
  readonly #shelves: Readonly<Record<StoryPlace, Map<string, Set<Follower>>>> = {
    input: new Map(),
    served: new Map(),
    worker: new Map(),
  };
  readonly all = new Set<Follower>();

  enter(place: StoryPlace, id: string, follower: Follower): void {
    const there = this.#shelves[place].get(id);
    if (there === undefined) this.#shelves[place].set(id, new Set([follower]));
    else there.add(follower);
  }

  leave(place: StoryPlace, id: string, follower: Follower): void {
    const there = this.#shelves[place].get(id);
    if (there?.delete(follower) === true && there.size === 0) this.#shelves[place].delete(id);
  }

  /** Everybody that an event may concern, some of them perhaps twice. */
  concerned(event: ColonyEvent): readonly Follower[] {
    switch (event.type) {
      case "DISPATCH_BLOCKED":
        return [...this.all];
      case "AGENT_SPAWNED":
        return event.data.parentId === null ? [] : this.#at("served", event.data.parentId);
      case "INPUT_RECEIVED":
        return this.#at("served", event.data.from);
      case "INPUT_DELIVERED":
        return [
          ...event.data.inputIds.flatMap((id) => this.#at("input", id)),
          ...this.#at("worker", event.agentId),
        ];
      case "INPUT_DISCARDED":
        return [...this.#at("input", event.data.inputId), ...this.#at("worker", event.agentId)];
      case "AGENT_CLOSED":
      case "SUBAGENT_REPORT":
        return this.#at("worker", event.agentId);
      default:
        return this.#at("served", event.agentId);
    }
  }

  #at(place: StoryPlace, id: string): readonly Follower[] {
    const there = this.#shelves[place].get(id);
    return there === undefined ? [] : [...there];
  }
}

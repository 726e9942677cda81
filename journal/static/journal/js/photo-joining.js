/** From the sheet into the tray: one photo after another, since a phone has memory for one large picture, not for ten. */
export class Joining {
  /** The last that was asked for: whether all of it was joined. */
  done = Promise.resolve(true);

  constructor(desk) {
    this.desk = desk;
  }

  get #attachments() {
    return this.desk.attachments;
  }

  /** All that waits on the desk now; gives whether all of it is joined. Asked for twice, the second waits for the first. */
  join() {
    const shots = [...this.desk.shots];
    this.done = this.done.then(() => this.#each(shots)).catch(() => false);
    return this.done;
  }

  /** Whether what a photo changes still stands in the tray. */
  stands(shot) {
    return this.#attachments.list.some((one) => one.id === shot.replaces);
  }

  async #each(shots) {
    const { desk } = this;
    for (const shot of shots) {
      if (!desk.shots.includes(shot)) continue;
      await this.#put(shot);
      desk.shots = desk.shots.filter((one) => one !== shot);
    }
    return true;
  }

  /** In the place of the one that it changes; where that went meanwhile, as one more. */
  async #put(shot) {
    const { full } = this.desk;
    if (shot.same && this.stands(shot)) return;
    if (shot.replaces && (await this.#attachments.update(shot.replaces, ...(await shot.made(full))))) return;
    shot.replaces = null;
    await this.#attachments.add(...(await shot.made(full)));
  }
}

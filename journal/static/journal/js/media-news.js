/** A file of a known post changed: it is ready, was refused, was written down or heard. */

export function takeMedium(thread, { media: medium, post_id: id }) {
  const post = thread.posts.byId.get(id);
  if (!post?.media?.some((one) => one.id === medium.id)) return;
  post.media = post.media.map((one) => (one.id === medium.id ? medium : one));
  thread.travel.pane.redraw(post);
}

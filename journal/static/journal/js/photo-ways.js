/** The composer's ways to photos: its camera button, pictures that came by another way, and one of the tray opened anew. */
import { PhotoDesk } from "./photo-dialog.js";

export function beginPhotos(composer) {
  const others = composer.onEdit;
  const desk = new PhotoDesk(composer);
  composer.onCamera = () => desk.open();
  composer.onPhotos = (files) => desk.openWith(files);
  composer.onEdit = (attachment) => (attachment.kind === "photo" ? () => desk.change(attachment) : (others?.(attachment) ?? null));
}

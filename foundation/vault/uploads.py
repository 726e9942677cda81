"""Django's way to the same: files of a form go into a sealed spool, never into a plain temporary file."""
from typing import Any, cast

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from foundation.vault.spool import SealedSpool


class SealedUploads(FileUploadHandler):
    """The only upload handler (settings.FILE_UPLOAD_HANDLERS)."""

    _spool: SealedSpool | None = None

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """A spool for each file."""
        super().new_file(*args, **kwargs)
        self._spool = SealedSpool()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Into the spool."""
        assert self._spool is not None
        self._spool.write(raw_data)

    def file_complete(self, file_size: int) -> "UploadedFile[Any]":
        """The file, at its beginning."""
        assert self._spool is not None
        self._spool.seek(0)
        return UploadedFile(
            cast(Any, self._spool), self.file_name, self.content_type, file_size, self.charset, cast(Any, self.content_type_extra)
        )

    def upload_interrupted(self) -> None:
        """The spool goes at once."""
        if self._spool is not None:
            self._spool.close()

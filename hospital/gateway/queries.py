"""Reading about documents."""
from hospital.gateway.models import HospitalDocument
from journal.models import Post


def document_of(post: Post) -> HospitalDocument | None:
    """The document that a post shows; None where it shows none, or the post or the document was withdrawn."""
    if post.retracted_at is not None:
        return None
    return HospitalDocument.objects.filter(post=post.pk, withdrawn_at=None).exclude(filed_at=None).first()

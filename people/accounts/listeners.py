"""What follows from a saved account and from a sign-in, whichever way it came about."""
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.account.signals import password_changed, password_set, user_logged_in
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.signals import social_account_added, social_account_updated
from allauth.usersessions.models import UserSession
from allauth.usersessions.signals import on_user_logged_in
from django.conf import settings
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.http import HttpRequest
from django.middleware.csrf import rotate_token
from django.utils import timezone

from messaging.feed.enums import Kind
from messaging.feed.services import append_site
from people.accounts.access import TOKEN_HEADER
from people.accounts.adapters import confirm
from people.accounts.models import Person, Session
from people.accounts.sessions import WARD


@receiver(post_save, sender=Person)
def tell_what_ended(sender: type[Person], instance: Person, created: bool, update_fields: frozenset[str] | None, **_: Any) -> None:
    """Appends within the transaction of `Person.save`, so that sockets close if and only if the change is committed."""
    password, active = instance.stored()
    written = update_fields or {"password", "is_active"}
    if not created and password is not None:
        if "password" in written and instance.password != password:
            append_site(Kind.PASSWORD_CHANGED, instance.id)
        if "is_active" in written and active and not instance.is_active:
            append_site(Kind.ACCOUNT_DISABLED, instance.id)
    instance.remember()


@receiver(user_logged_in)
def list_session(sender: Any, request: HttpRequest, user: Person, **_: Any) -> None:
    """Enters the new session into the person's list and forgets expired ones, in three statements.

    allauth's own listener loads and checks each session of the person, at every sign-in.
    """
    Session.objects.filter(expire_date__lt=timezone.now()).delete()
    alive = Session.objects.filter(person=user).values("session_key")
    UserSession.objects.filter(user=user).exclude(session_key__in=alive).delete()
    UserSession.objects.create_from_request(request)
    if settings.WARD_COOKIE_NAME in request.COOKIES and TOKEN_HEADER not in request.headers:
        request.session[WARD] = True


user_logged_in.disconnect(on_user_logged_in)


@receiver([password_changed, password_set])
def begin_anew(sender: Any, request: HttpRequest, user: Person, **_: Any) -> None:
    """The session that goes on has a new key, and its pages a new token: by that a browser sees that it has to subscribe anew."""
    if TOKEN_HEADER not in request.headers:
        rotate_token(request)


@receiver(authenticator_added)
def note_factor(sender: Any, request: HttpRequest, user: Person, authenticator: Any, **_: Any) -> None:
    """Whoever sets a factor up has just used it: the session counts as strong. Recovery codes are no factor by themselves."""
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        record_authentication(request, user, "mfa", id=authenticator.pk, type=authenticator.type)


@receiver([social_account_added, social_account_updated])
def confirm_profession(sender: Any, request: HttpRequest, sociallogin: SocialLogin, **_: Any) -> None:
    """Each sign-in by Pro Santé Connect, and each link to it, confirms what it says of the person."""
    confirm(sociallogin)

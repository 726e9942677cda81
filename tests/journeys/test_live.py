"""One writes, the others have it at once; who may not read sees nothing; who leaves sees nothing more."""
from playwright.sync_api import expect

from tests.journeys.world import World, item, write


def test_one_writes_and_two_others_see_it_without_reload(world: World) -> None:
    alice, helene, sylvie = (world.reading(who) for who in ("alice", "helene", "sylvie"))
    for page in (helene, sylvie):
        page.evaluate("window.stayed = true")
    alice.locator("[data-cercle-audience]").click()
    alice.locator("dialog input[value=wider_team]").check()
    alice.get_by_role("button", name="Continuer").click()
    write(alice, "Pansement refait ce matin.")
    for page in (alice, helene, sylvie):
        expect(item(page, "Pansement refait ce matin.")).to_have_count(1)
    expect(item(helene, "Pansement refait ce matin.")).to_contain_text("Équipe élargie")
    assert [page.evaluate("window.stayed") for page in (helene, sylvie)] == [True, True]


def test_a_reply_quotes_and_goes_no_further_than_its_post(world: World) -> None:
    world.say("sylvie", "Elle n’a rien mangé.", "wider_team")
    alice = world.reading("alice")
    item(alice, "Elle n’a rien mangé.").get_by_role("button", name="Répondre").click()
    alice.locator("[data-cercle-audience]").click()
    closed = alice.locator("dialog input[name=audience]:disabled").evaluate_all("nodes => nodes.map(n => n.value)")
    assert closed == ["relatives", "patient", "circle"]
    alice.get_by_role("button", name="Continuer").click()
    write(alice, "Je passe ce soir.")
    expect(item(alice, "Je passe ce soir.").locator(".c-quote")).to_contain_text("Elle n’a rien mangé.")
    expect(item(alice, "Je passe ce soir.")).to_contain_text("Équipe élargie")


def test_correction_keeps_the_old_text_and_retraction_takes_the_words_from_every_screen(world: World) -> None:
    world.say("alice", "Tension 14/8.")
    world.say("alice", "Message du mauvais fil.")
    alice, helene = world.reading("alice"), world.reading("helene")
    item(alice, "Tension 14/8.").get_by_role("button", name="Plus sur").click()
    alice.get_by_role("button", name="Corriger").click()
    alice.get_by_label("Nouveau texte").fill("Tension 13/8.")
    alice.get_by_label("Pourquoi").fill("chiffre mal lu")
    alice.locator("dialog").get_by_role("button", name="Corriger").click()
    expect(item(helene, "Tension 13/8.")).to_have_count(1)
    item(helene, "Tension 13/8.").get_by_role("button", name="Voir l’ancien texte").click()
    expect(helene.locator("dialog")).to_contain_text("Tension 14/8.")
    expect(helene.locator("dialog")).to_contain_text("chiffre mal lu")
    helene.keyboard.press("Escape")
    item(alice, "Message du mauvais fil.").get_by_role("button", name="Plus sur").click()
    alice.get_by_role("button", name="Retirer").click()
    alice.get_by_label("Pourquoi").fill("mauvais fil")
    alice.locator("dialog").get_by_role("button", name="Retirer").click()
    expect(helene.locator(".c-retracted")).to_contain_text("Message retiré par Alice Martin")
    expect(helene.locator("body")).not_to_contain_text("Message du mauvais fil.")


def test_the_first_who_takes_has_it_and_the_other_is_told_who(world: World) -> None:
    world.say("sylvie", "Essoufflée depuis ce matin.", "wider_team", urgency="urgent")
    alice, helene = world.reading("alice"), world.reading("helene")
    expect(item(helene, "Essoufflée").get_by_role("button", name="Je m’en occupe")).to_be_visible()
    item(alice, "Essoufflée").get_by_role("button", name="Je m’en occupe").click()
    expect(item(alice, "Essoufflée").get_by_role("button", name="C’est fait")).to_be_visible()
    expect(item(helene, "Essoufflée").locator(".c-impossible")).to_have_text("Alice Martin s’en occupe")
    item(alice, "Essoufflée").get_by_role("button", name="Rendre").click()
    alice.get_by_label("Pourquoi").fill("trop loin")
    alice.locator("dialog").get_by_role("button", name="Rendre").click()
    item(helene, "Essoufflée").get_by_role("button", name="Je m’en occupe").click()
    item(helene, "Essoufflée").get_by_role("button", name="C’est fait").click()
    expect(alice.locator(".c-settled__title")).to_contain_text("Urgent, réglé en")


def test_the_family_sees_its_posts_only_and_see_as_shows_the_same(world: World) -> None:
    said = {"care_team": "soins seuls", "wider_team": "équipe", "relatives": "pour les proches", "circle": "pour tous"}
    for audience, text in said.items():
        world.say("alice", text, audience)
    claire, alice = world.reading("claire"), world.reading("alice")
    expect(claire.locator(".thread-item")).to_have_count(2)
    assert "soins seuls" not in claire.content()
    alice.locator("[data-cercle-audience]").click()
    alice.locator("dialog input[value=relatives]").check()
    alice.get_by_role("button", name="Voir comme eux").click()
    ids = "nodes => nodes.map(n => n.getAttribute('data-cercle-post'))"
    expect(alice.locator(".thread-item")).to_have_count(2)
    assert alice.locator(".thread-item").evaluate_all(ids) == claire.locator(".thread-item").evaluate_all(ids)
    alice.get_by_role("button", name="Revenir à ma vue").click()
    expect(alice.locator(".thread-item")).to_have_count(4)


def test_a_lay_composer_always_says_whom_to_call(world: World) -> None:
    claire = world.reading("claire")
    expect(claire.locator(".thread-emergency")).to_contain_text("Ceci n’est pas un service d’urgence")
    numbers = claire.locator(".thread-emergency a").evaluate_all("nodes => nodes.map(n => n.getAttribute('href'))")
    assert numbers[:2] == ["tel:15", "tel:116117"]
    assert len(numbers) == 3


def test_whose_membership_ends_while_reading_sees_nothing_more(world: World) -> None:
    world.say("alice", "Un mot pour tous.", "circle")
    claire = world.reading("claire")
    expect(item(claire, "Un mot pour tous.")).to_have_count(1)
    world.call("alice", "DELETE", f"circles/{world.circle}/members/{world.member('claire')}", {"reason": "départ"})
    expect(claire.get_by_text("Votre accès à ce dossier a pris fin.")).to_be_visible()
    expect(claire.locator("body")).not_to_contain_text("Un mot pour tous.")
    expect(claire.locator("main")).not_to_contain_text("Jeanne")
    claire.reload()
    expect(claire.locator("cercle-thread")).to_have_count(0)


def test_a_closed_circle_is_read_and_nobody_writes(world: World) -> None:
    world.say("alice", "Avant la fin.")
    helene = world.reading("helene")
    expect(helene.locator("[data-cercle-text]")).to_be_visible()
    world.call("alice", "PUT", f"circles/{world.circle}/state", {"state": "closed", "reason": "fin de prise en charge"})
    expect(helene.locator("[data-cercle-state]")).to_have_text("Dossier clos")
    expect(helene.locator("[data-cercle-text]")).to_be_hidden()
    expect(item(helene, "Avant la fin.")).to_be_visible()

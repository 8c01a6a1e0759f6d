"""What every test of the rooms does with a client: read a page's token, send a form, sign in."""

from __future__ import annotations

import re
from weakref import WeakKeyDictionary

from tests.worlds import PASSWORD

_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


def token_of(page):
    """The CSRF token of a page that has a form."""
    found = _TOKEN.search(page.text)
    assert found, f"no form on {page.request.path} ({page.status_code})"
    return found[1]


def send(client, address, *, form_at=None, **fields):
    """Send the form that is shown at *form_at* (the address itself), as a browser would; return the answer."""
    page = client.get(form_at or address)
    return client.post(address, data={"csrf_token": token_of(page), **fields})


def sign_in(client, email, password=PASSWORD):
    """Sign in through the door; return the client."""
    answer = send(client, "/entrar", email=email, password=password)
    assert answer.status_code == 303, f"{email} was not let in: {answer.status_code}"
    return client


_INSIDE: WeakKeyDictionary = WeakKeyDictionary()  # of each application, who has entered: entering too often is refused


def visitor(world, who):
    """Somebody of *world*, signed in: the same client whenever they are asked for again."""
    clients = _INSIDE.setdefault(world.app, {})
    if who not in clients:
        clients[who] = sign_in(world.app.test_client(), world.email(who))
    return clients[who]

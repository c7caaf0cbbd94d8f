// A draft's form while somebody types: fields that fit the rule, what it comes to, and autosave. It never saves nor submits.
'use strict';
{
    const PAUSE_LOOK = 600;
    const PAUSE_KEEP = 2000;
    const PAUSE_SHOW = 60000;
    const form = document.getElementById('draft');
    const kept = document.getElementById('kept');
    const look = document.getElementById('look');
    const others = document.getElementById('others');

    // What a rule has no use for is hidden, unless something stands in it: that has to be seen to be removed.
    const fit = (row) => {
        const rule = row.querySelector('select[name$="billing_rule"]').value;
        row.querySelectorAll('[data-for]').forEach((part) => {
            const inputs = part.matches('input') ? [part] : [...part.querySelectorAll('select, textarea, input')];
            part.hidden = !part.dataset.for.split(' ').includes(rule) && !inputs.some((input) => input.value);
        });
    };
    form.querySelectorAll('[data-line]').forEach((row) => {
        fit(row);
        row.addEventListener('change', () => fit(row));
    });

    const later = (pause, deed) => {
        let timer = null;
        return () => {
            clearTimeout(timer);
            timer = setTimeout(deed, pause);
        };
    };
    const post = (address) => fetch(address, {method: 'POST', body: new FormData(form), credentials: 'same-origin'});

    let turn = 0;
    const lookAgain = async () => {
        const mine = ++turn;
        look.firstElementChild?.classList.add('is-stale');
        try {
            const answer = await post(form.dataset.preview);
            if (answer.ok && !answer.redirected && mine === turn) {
                const read = new DOMParser().parseFromString(await answer.text(), 'text/html');
                look.replaceChildren(...[...read.body.children].map((part) => document.importNode(part, true)));
                form.dispatchEvent(new CustomEvent('looked', {detail: look}));
            }
        } catch {
            // Offline: what is shown stays as it is, and faded.
        }
    };

    // A stored draft whose lines were only moved about comes without it.
    if (!look.firstElementChild && form.elements.version?.value) {
        lookAgain();
    }

    const say = (state, sentence) => {
        kept.className = `kept-${state}`;
        kept.textContent = ` · ${sentence}`;
    };
    const tell = (sentence) => {
        others.classList.toggle('nobody', !sentence);
        others.textContent = sentence || '';
    };
    // Whoever logged in again in another tab has another token; the one of this page is good for nothing any more.
    const renew = async () => {
        const answer = await fetch(location.href, {credentials: 'same-origin'});
        const read = new DOMParser().parseFromString(await answer.text(), 'text/html');
        const token = read.querySelector('#draft input[name="csrfmiddlewaretoken"]');
        document.querySelectorAll('input[name="csrfmiddlewaretoken"]').forEach((input) => {
            input.value = token ? token.value : input.value;
        });
        return Boolean(token);
    };

    let waits = false;
    const keep = async () => {
        let answer;
        waits = false;
        try {
            answer = await post(form.dataset.autosave);
            if (answer.status === 403 && await renew()) {
                answer = await post(form.dataset.autosave);
            }
        } catch {
            say('offline', 'offline: not kept, go on typing');
            return;
        }
        if (answer.redirected || !(answer.headers.get('Content-Type') || '').startsWith('application/json')) {
            const over = 'not kept: you are logged out. Log in again in another tab, and go on typing here';
            say('offline', answer.redirected ? over : `not kept: the server answered ${answer.status}`);
            return;
        }
        const told = await answer.json();
        tell(told.others);
        const now = new Date().toLocaleTimeString([], {hour: '2-digit', minute: '2-digit'});
        say(told.state, told.state === 'kept' ? `autosaved ${now}` : told.sentence);
    };

    // A page that is open before somebody says so: whoever else is at the draft is told.
    const show = async () => {
        if (document.hidden) {
            return;
        }
        const said = new FormData();
        ['csrfmiddlewaretoken', 'version'].forEach((name) => said.append(name, form.elements[name].value));
        said.append('looking', '1');
        try {
            const headers = {'X-By-Itself': '1'};
            const answer = await fetch(form.dataset.autosave, {method: 'POST', body: said, credentials: 'same-origin', headers});
            if (!answer.redirected && (answer.headers.get('Content-Type') || '').startsWith('application/json')) {
                const told = await answer.json();
                tell(told.others);
                if (told.state === 'conflict' || told.state === 'closed') {
                    say(told.state, told.sentence);
                }
            }
        } catch {
            // Offline: nobody is told.
        }
    };
    if (form.dataset.autosave && form.elements.version?.value) {
        show();
        setInterval(show, PAUSE_SHOW);
        document.addEventListener('visibilitychange', show);
    }

    const lookLater = later(PAUSE_LOOK, lookAgain);
    const keepLater = later(PAUSE_KEEP, keep);
    form.addEventListener('input', () => {
        lookLater();
        if (form.dataset.autosave) {
            waits = true;
            keepLater();
        }
    });

    // Leaving, or pressing a button of another form on the page, before the pause is over loses nothing either.
    const keepNow = () => {
        if (waits) {
            waits = false;
            navigator.sendBeacon(form.dataset.autosave, new FormData(form));
        }
    };
    document.addEventListener('submit', (event) => {
        if (event.target === form) {
            waits = false;
        } else {
            keepNow();
        }
    });
    window.addEventListener('pagehide', keepNow);
}

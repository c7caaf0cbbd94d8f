// A draft's form while somebody types: fields that fit the rule, what it comes to, and autosave. It never saves nor submits.
'use strict';
{
    const PAUSE_LOOK = 600;
    const PAUSE_KEEP = 2000;
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
    const keep = async () => {
        let answer;
        try {
            answer = await post(form.dataset.autosave);
        } catch {
            say('offline', 'offline: not kept, go on typing');
            return;
        }
        if (answer.redirected || !(answer.headers.get('Content-Type') || '').startsWith('application/json')) {
            say('offline', `not kept: the server answered ${answer.redirected ? 'that you are logged out' : answer.status}`);
            return;
        }
        const told = await answer.json();
        const names = told.others || [];
        others.classList.toggle('nobody', !names.length);
        others.textContent = names.length ? `${names.join(', ')}: typing into this draft as well. What both of you save is merged.` : '';
        const now = new Date().toLocaleTimeString([], {hour: '2-digit', minute: '2-digit'});
        say(told.state, told.state === 'kept' ? `autosaved ${now}` : told.sentence);
    };

    const lookLater = later(PAUSE_LOOK, lookAgain);
    const keepLater = later(PAUSE_KEEP, keep);
    form.addEventListener('input', () => {
        lookLater();
        if (form.dataset.autosave) {
            keepLater();
        }
    });
}

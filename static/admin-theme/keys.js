// Keys and the palette. Every one of them leads somewhere or moves the cursor; none acts by itself.
'use strict';
{
    const WRITES = 'input, textarea, select, [contenteditable]';
    const HELP = [
        ['Ctrl K', 'palette: orders by number, customers, saved views, pages'],
        ['/', 'search'], ['n', 'new order'], ['j / k', 'next / previous row'],
        ['x', 'choose the row'], ['o', 'look into the row'], ['Enter', 'open the row'], ['a', 'open what waits for you'], ['?', 'this help'],
    ];
    const form = document.querySelector('form.find');
    const rows = () => [...document.querySelectorAll('#result_list > tbody > tr:not(.glance-row)')];
    const make = (name, text, attributes = {}) => {
        const element = document.createElement(name);
        element.textContent = text;
        Object.entries(attributes).forEach(([key, value]) => element.setAttribute(key, value));
        return element;
    };

    const dialog = (label) => {
        const made = make('dialog', '', {'class': 'palette', 'aria-label': label});
        document.body.append(made);
        made.addEventListener('close', () => made.remove());
        made.addEventListener('click', (event) => event.target === made && made.close());
        return made;
    };

    const help = () => {
        const shown = dialog('Keys');
        const list = make('dl', '');
        HELP.forEach(([key, does]) => list.append(make('dt', key), make('dd', does)));
        shown.append(list);
        shown.showModal();
    };

    const pages = () => [...document.querySelectorAll('#work-nav a, #header a.new')].map((link) => ({
        label: (link.firstChild?.textContent ?? link.textContent).trim(), hint: 'page', url: link.href,
    }));

    const palette = () => {
        const shown = dialog('Palette');
        const input = make('input', '', {type: 'search', placeholder: 'Order number, customer, view or page', 'aria-label': 'Go to'});
        const list = make('ul', '');
        let turn = 0;
        const fill = (links) => list.replaceChildren(...links.map(({label, hint, url}) => {
            const link = make('a', label, {href: url});
            link.append(make('span', hint, {'class': 'hint'}));
            const item = make('li', '');
            item.append(link);
            return item;
        }));
        const ask = async () => {
            const mine = ++turn;
            const text = input.value.trim();
            const here = pages().filter(({label}) => label.toLowerCase().includes(text.toLowerCase()));
            const answer = await fetch(`${form.dataset.palette}?q=${encodeURIComponent(text)}`, {credentials: 'same-origin'});
            if (mine === turn) {
                const links = [...(answer.ok ? (await answer.json()).results : []), ...here];
                fill(links);
                if (!links.length) {
                    list.append(make('li', 'Nothing is called so.', {'class': 'none'}));
                }
            }
        };
        shown.addEventListener('keydown', (event) => {
            const links = [...list.querySelectorAll('a')];
            const at = links.indexOf(document.activeElement);
            if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
                event.preventDefault();
                (links[at + (event.key === 'ArrowDown' ? 1 : -1)] ?? input).focus();
            } else if (event.key === 'Enter' && document.activeElement === input && links.length) {
                event.preventDefault();
                links[0].click();
            }
        });
        input.addEventListener('input', ask);
        shown.append(input, list);
        shown.showModal();
        ask();
    };

    const step = (by) => {
        const all = rows();
        const now = all.findIndex((row) => row.classList.contains('here'));
        const next = all[Math.min(Math.max(now + by, 0), all.length - 1)];
        all[now]?.classList.remove('here');
        next?.classList.add('here');
        next?.querySelector('th a, a')?.focus();
    };

    const keys = {
        '/': () => (document.querySelector('#searchbar') ?? form?.querySelector('input'))?.focus(),
        'n': () => document.querySelector('#header a.new')?.click(),
        'j': () => step(1),
        'k': () => step(-1),
        'x': () => {
            const box = document.querySelector('#result_list tr.here input[type="checkbox"]');
            if (box) {
                box.checked = !box.checked;
            }
        },
        'o': () => document.querySelector('#result_list tr.here a.peek')?.click(),
        'a': () => document.querySelector('.tile.queue .rows a')?.click(),
        '?': help,
    };

    document.addEventListener('keydown', (event) => {
        if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
            event.preventDefault();
            if (form && !document.querySelector('dialog[open]')) {
                palette();
            }
            return;
        }
        if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]') || event.target.matches(WRITES)) {
            return;
        }
        if (Object.hasOwn(keys, event.key)) {
            event.preventDefault();
            keys[event.key]();
        }
    });
}

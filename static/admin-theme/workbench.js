// Saves one row of the lines workbench in place. Without it the same button posts the row and loads the page again.
'use strict';
{
    const table = document.querySelector('table.bench');
    const rowOf = (form) => form.closest('tr');
    const inputsOf = (form) => [...form.elements].filter((input) => input.name && input.type !== 'hidden');

    const say = (row, sentence, errors) => {
        const next = row.nextElementSibling;
        if (next && next.classList.contains('why')) {
            next.remove();
        }
        row.classList.toggle('wrong', Boolean(sentence));
        if (!sentence) {
            return;
        }
        const why = document.createElement('tr');
        why.className = 'why';
        const cell = document.createElement('td');
        cell.colSpan = row.cells.length - 1;
        const named = Object.entries(errors).map(([name, said]) => `${name.replace('_', ' ') || 'line'}: ${said}`);
        cell.textContent = [sentence, ...named].join(' ');
        why.append(document.createElement('td'), cell);
        row.after(why);
    };

    // A total is markup of the server's own: a span with its class, read as text and put back as text.
    const put = (place, markup) => {
        const read = new DOMParser().parseFromString(markup, 'text/html').body.firstElementChild;
        place.replaceChildren(document.importNode(read, true));
    };

    // Only while nobody else saved in between does the whole page stand at the new version.
    const takeVersion = (form, version) => {
        const shown = document.querySelector('[data-version]');
        form.elements.version.value = version;
        if (version <= Number(shown.textContent) + 1) {
            document.querySelectorAll('input[name="version"]').forEach((input) => { input.value = version; });
            shown.textContent = version;
        }
    };

    const save = async (form) => {
        const row = rowOf(form);
        let answer;
        try {
            answer = await fetch(window.location.href, {
                method: 'POST',
                body: new FormData(form),
                credentials: 'same-origin',
                headers: {'X-Requested-With': 'fetch'},
            });
        } catch {
            say(row, 'Not saved: the server cannot be reached.', {});
            return;
        }
        if (!(answer.headers.get('Content-Type') || '').startsWith('application/json')) {
            say(row, `Not saved: the server answered ${answer.status}.`, {});
            return;
        }
        const told = await answer.json();
        if (!answer.ok) {
            say(row, told.sentence, told.errors);
            if (told.version) {
                form.elements.version.value = told.version;
            }
            return;
        }
        say(row, '', {});
        inputsOf(form).forEach((input) => {
            if (input.name in told.cells) {
                input.value = told.cells[input.name];
            }
        });
        takeVersion(form, told.version);
        put(row.querySelector('[data-total]'), told.line_total);
        put(table.querySelector('[data-subtotal]'), told.subtotal);
        put(table.querySelector('[data-order-total]'), told.total);
        row.classList.remove('is-typed');
        row.classList.add('is-saved');
    };

    table.addEventListener('input', (event) => {
        if (event.target.form && event.target.form.id !== 'many') {
            event.target.closest('tr').classList.add('is-typed');
        }
    });
    document.addEventListener('submit', (event) => {
        if (event.target.closest('table.bench')) {
            event.preventDefault();
            save(event.target);
        }
    });
    window.addEventListener('beforeunload', (event) => {
        if (table.querySelector('tr.is-typed')) {
            event.preventDefault();
        }
    });
}

// What lines come to as one types, and the small tables of their ramps: a step more, a step less, and what each bills.
// Without it the same buttons load the page again.
'use strict';
{
    const form = document.getElementById('draft');
    const inputsOf = (row) => [...row.querySelectorAll('input')];
    const stepsOf = (table) => [...table.querySelectorAll('[data-step]')];
    const isTyped = (row) => inputsOf(row).some((input) => input.value.trim());
    const changed = (table) => table.dispatchEvent(new Event('input', {bubbles: true}));

    // A copy of the last row under the next number, with nothing in it.
    const addTo = (table) => {
        const rows = stepsOf(table);
        const last = rows[rows.length - 1];
        if (!isTyped(last)) {
            return last;
        }
        const row = last.cloneNode(true);
        const next = Math.max(...rows.map((one) => Number(inputsOf(one)[0].name.match(/_(\d+)_month$/)[1]))) + 1;
        inputsOf(row).forEach((input) => {
            input.name = input.name.replace(/_\d+_(month|qty|price)$/, `_${next}_$1`);
            input.value = '';
            input.setAttribute('aria-label', input.getAttribute('aria-label').replace(/(new step|step \d+):/, 'new step:'));
        });
        const note = row.querySelector('[data-note]');
        note.textContent = '';
        note.className = '';
        last.after(row);
        return row;
    };

    const remove = (row) => {
        const table = row.closest('[data-steps]');
        if (stepsOf(table).length > 1) {
            row.remove();
        } else {
            inputsOf(row).forEach((input) => { input.value = ''; });
            row.querySelector('[data-note]').textContent = '';
        }
        changed(table);
    };

    form.addEventListener('click', (event) => {
        const button = event.target.closest('button[name="_step"], button[name="_unstep"]');
        if (!button) {
            return;
        }
        event.preventDefault();
        if (button.name === '_unstep') {
            remove(button.closest('[data-step]'));
        } else {
            inputsOf(addTo(button.closest('details').querySelector('[data-steps]')))[0].focus();
        }
    });

    const put = (cell, said) => {
        cell.textContent = said ? said.textContent : '';
        cell.classList.toggle('wrong', Boolean(said && said.classList.contains('wrong')));
    };
    form.addEventListener('looked', (event) => {
        if (!event.detail.querySelector('[data-beside]')) {
            return;
        }
        const told = (line, step) => event.detail.querySelector(`li[data-line="${line}"][data-step="${step}"]`);
        form.querySelectorAll('[data-comes-to]').forEach((cell) => put(cell, told(cell.dataset.comesTo, 'total')));
        form.querySelectorAll('[data-steps]').forEach((table) => {
            const line = table.dataset.steps;
            put(table.querySelector('[data-note="start"]'), told(line, -1));
            stepsOf(table).forEach((row) => put(row.querySelector('[data-note]'), null));
            stepsOf(table).filter(isTyped).forEach((row, step) => put(row.querySelector('[data-note]'), told(line, step)));
        });
    });
}

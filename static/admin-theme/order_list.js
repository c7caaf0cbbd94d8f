// A row of the orders list opens below itself what its link leads to. Without this the link is a page.
'use strict';
{
    const list = document.querySelector('#result_list');
    const opened = (link) => link.closest('tr').nextElementSibling?.matches('.glance-row');

    const close = (link) => {
        link.closest('tr').nextElementSibling.remove();
        link.setAttribute('aria-expanded', 'false');
    };

    const open = async (link) => {
        link.setAttribute('aria-busy', 'true');
        const answer = await fetch(`${link.href}?part=1`, {credentials: 'same-origin'});
        link.removeAttribute('aria-busy');
        if (!answer.ok || answer.redirected) {
            window.location.assign(link.href);
            return;
        }
        const told = new DOMParser().parseFromString(await answer.text(), 'text/html');
        if (opened(link)) {
            return;
        }
        const row = document.createElement('tr');
        const cell = document.createElement('td');
        row.className = 'glance-row';
        cell.colSpan = list.tHead.rows[0].cells.length;
        cell.append(...told.body.childNodes);
        row.append(cell);
        link.closest('tr').after(row);
        link.setAttribute('aria-expanded', 'true');
    };

    list?.querySelectorAll('a.peek').forEach((link) => link.setAttribute('aria-expanded', 'false'));
    list?.addEventListener('click', (event) => {
        const link = event.target.closest('a.peek');
        if (!link || event.ctrlKey || event.metaKey || event.shiftKey) {
            return;
        }
        event.preventDefault();
        if (opened(link)) {
            close(link);
        } else {
            open(link);
        }
    });
    list?.addEventListener('keydown', (event) => {
        const row = event.key === 'Escape' && event.target.closest('.glance-row, tr');
        const link = row && (row.matches('.glance-row') ? row.previousElementSibling : row).querySelector('a.peek');
        if (link && opened(link)) {
            close(link);
            link.focus();
        }
    });
}

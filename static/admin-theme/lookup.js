// Offers the names of rows while one types. Without it the same input takes the beginning of a name.
'use strict';
{
    const PAUSE = 200;
    const offers = (input) => {
        const list = document.createElement('datalist');
        list.id = `${input.id}_offers`;
        input.after(list);
        input.setAttribute('list', list.id);
        let timer = null;
        let latest = 0;
        const ask = async () => {
            const turn = ++latest;
            const term = input.value.replace(/ \(#\d+\)$/, '');
            const answer = await fetch(`${input.dataset.lookup}&term=${encodeURIComponent(term)}`, {credentials: 'same-origin'});
            if (!answer.ok || turn !== latest) {
                return;
            }
            const rows = (await answer.json()).results;
            list.replaceChildren(...rows.map((row) => new Option('', `${row.text} (#${row.id})`)));
        };
        input.addEventListener('input', () => {
            clearTimeout(timer);
            timer = setTimeout(ask, PAUSE);
        });
        input.addEventListener('focus', () => list.childElementCount || ask(), {once: true});
    };
    document.querySelectorAll('input[data-lookup]').forEach(offers);
}

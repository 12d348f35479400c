/** The map of procedures. */
import '../css/map.css';
import { say } from '../i18n/say.js';
import { draw } from '../map/draw.js';

const SMALLEST = 0.6; // below that the names cannot be read: the map keeps its size and scrolls

function show(figure) {
  const box = figure.querySelector('.map-box');
  const drawing = draw(JSON.parse(figure.dataset.map), say('map_running'));
  box.replaceChildren(drawing);
  const button = figure.querySelector('[data-map-size]');
  const set = (whole) => {
    box.classList.toggle('is-whole', whole);
    button.textContent = whole ? button.dataset.natural : button.dataset.whole;
  };
  const natural = drawing.width.baseVal.value;
  button.hidden = natural <= box.clientWidth;
  button.addEventListener('click', () => set(!box.classList.contains('is-whole')));
  set(box.clientWidth / natural >= SMALLEST);
}

document.querySelectorAll('[data-map]').forEach(show);

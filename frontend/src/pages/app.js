/** What every page carries: htmx, keys, live counts, messages, the offline badge, the service worker. */
import '../css/app.css';
import { startDue } from '../app/due.js';
import { startHtmx } from '../app/htmx.js';
import { startKeyboard } from '../app/keyboard.js';
import { startLanguage } from '../app/language.js';
import { startLive } from '../app/live.js';
import { startMenus } from '../app/menu.js';
import { startNetwork } from '../app/network.js';
import { startPanel } from '../app/panel.js';
import { startPrinting } from '../app/printing.js';
import { startTabs } from '../app/tabs.js';
import { startTheme } from '../app/theme.js';
import { showWaitingToast } from '../app/toast.js';
import { startWorker } from '../app/worker.js';

startHtmx();
startTheme();
startLanguage();
startPanel();
startKeyboard();
startMenus();
startDue();
startNetwork();
startLive();
startWorker();
startPrinting();
startTabs();
showWaitingToast();

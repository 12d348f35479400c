/** The page of one task: form, steps, draft, submission. The server's part of the contract is in the page's #form JSON. */
import '../css/form.css';
import { createTaskPage } from '../form/task_page.js';

createTaskPage();

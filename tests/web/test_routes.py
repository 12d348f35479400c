"""Every route, asked by everybody: the outcomes stand in a table written by hand, and a route without a row fails."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from web_ground import PNG, Ground, upload

from app.rehearsal import Stage
from app.web import assets

# Who asks, in the order of the columns. `far` works at the other outlet, `nobody` holds no role.
WHO: dict[str, str | None] = {
    "anon": None,
    "agent": "hotline_agent_1",
    "sup": "cs_supervisor_1",
    "eng": "service_engineer_1",
    "lead": "department_leader_1",
    "owner": "process_owner_1",
    "admin": "system_admin_1",
    "nobody": "nobody",
    "far": "hotline_agent_3",
}

# What comes back: a status; `login` is the way to the login page (as JSON: 401); `go` a redirect within the product.
# {case}, {task}: a contact of 一站 that hotline_agent_1 is registering; {free}: one that nobody claimed; {done}: one
# submitted by hotline_agent_1, whose next task {follow} is his too; {far_case}, {far_task}: a contact of 二站.
# Requests of 一站 at department_leader_1: {agree} to agree to, {lent} which he delegated to cs_supervisor_1, {part}
# what he asked cs_supervisor_1 of a third. {outside}: one that hotline_agent_1 writes, or whoever has the link {token}.
TABLE = """
method url                                             anon  agent sup   eng   lead  owner admin nobody far
GET  /healthz                                          200   200   200   200   200   200   200   200    200
GET  /sw.js                                            200   200   200   200   200   200   200   200    200
GET  /static/icon.svg                                  200   200   200   200   200   200   200   200    200
GET  /static/dist/nothing.js                           404   404   404   404   404   404   404   404    404
GET  /styleguide                                       login 404   404   404   404   404   404   404    404
GET  /api/session                                      200   200   200   200   200   200   200   200    200
GET  /login                                            200   200   200   200   200   200   200   200    200
POST /login                                            422   422   422   422   422   422   422   422    422
POST /logout                                           login login login login login login login login  login
GET  /password                                         login 200   200   200   200   200   200   200    200
POST /password                                         login 422   422   422   422   422   422   422    422

GET  /                                                 login 200   200   200   200   200   200   200    200
GET  /?scope=roles                                     login 200   200   200   200   200   200   200    200
GET  /api/inbox/counts                                 login 200   200   200   200   200   200   200    200
GET  /search?q=示例                                    login 200   200   200   200   200   200   200    200
GET  /start                                            login 200   200   200   200   200   200   200    200
POST /start/contact_intake                             login go    403   403   403   403   403   403    go
POST /start/unknown                                    login 403   403   403   403   403   403   403    403
GET  /team                                             login 403   200   403   200   403   403   403    403
POST /team/attempts/{attempt}/acknowledge              login 404   404   404   go    404   404   404    404
POST /team/attempts/999999/acknowledge                 login 404   404   404   404   404   404   404    404

GET  /tasks/{task}                                     login 200   200   200   200   404   404   404    404
GET  /tasks/{free}                                     login 200   200   200   200   404   404   404    404
GET  /tasks/{done}                                     login 200   200   200   200   404   404   404    404
GET  /tasks/{far_task}                                 login 404   404   404   404   404   404   404    200
GET  /tasks/999999                                     login 404   404   404   404   404   404   404    404
GET  /api/tasks/{task}                                 login 200   200   200   200   404   404   404    404
GET  /api/tasks/{far_task}                             login 404   404   404   404   404   404   404    200
POST /api/tasks/{task}/draft                           login 200   403   403   403   404   404   404    404
POST /api/tasks/{free}/draft                           login 200   403   403   403   404   404   404    404
POST /api/tasks/{done}/draft                           login 409   409   409   409   404   404   404    404
POST /api/tasks/{far_task}/draft                       login 404   404   404   404   404   404   404    200
POST /api/tasks/{task}/submit                          login 422   403   403   403   404   404   404    404
POST /api/tasks/{done}/submit                          login 409   409   409   409   404   404   404    404
POST /api/tasks/{far_task}/submit                      login 404   404   404   404   404   404   404    422
POST /tasks/{task}/claim                               login go    403   403   403   404   404   404    404
POST /tasks/{free}/claim                               login go    403   403   403   404   404   404    404
POST /tasks/{far_task}/claim                           login 404   404   404   404   404   404   404    go
POST /tasks/{task}/release                             login go    403   403   403   404   404   404    404
POST /tasks/{far_task}/release                         login 404   404   404   404   404   404   404    go
POST /tasks/{task}/reassign                            login go    go    go    go    404   404   404    404
POST /tasks/{far_task}/reassign                        login 404   404   404   404   404   404   404    go
POST /tasks/{task}/transfer                            login 403   403   403   403   404   404   404    404
POST /tasks/{far_task}/transfer                        login 404   404   404   404   404   404   404    403
POST /tasks/{task}/delegate                            login 403   403   403   403   404   404   404    404
POST /tasks/{far_task}/delegate                        login 404   404   404   404   404   404   404    403
POST /tasks/{task}/signers                             login 403   403   403   403   404   404   404    404
POST /tasks/{far_task}/signers                         login 404   404   404   404   404   404   404    403
POST /tasks/{task}/consult                             login 403   403   403   403   404   404   404    404
POST /tasks/{far_task}/consult                         login 404   404   404   404   404   404   404    403
POST /tasks/{task}/copy                                login 403   403   403   403   404   404   404    404
POST /tasks/{far_task}/copy                            login 404   404   404   404   404   404   404    403
POST /tasks/{task}/send-back                           login 403   403   403   403   404   404   404    404
POST /tasks/{far_task}/send-back                       login 404   404   404   404   404   404   404    403
POST /tasks/{task}/urge                                login 403   403   403   403   404   404   404    404
POST /tasks/{far_task}/urge                            login 404   404   404   404   404   404   404    403
POST /tasks/{task}/recall                              login 404   404   404   404   404   404   404    404
POST /tasks/{task}/remove-signer                       login 404   404   404   404   404   404   404    404
POST /tasks/{task}/answer                              login go    403   403   403   404   404   404    404
POST /tasks/{far_task}/answer                          login 404   404   404   404   404   404   404    go
GET  /tasks/{task}/ways-back                           login 403   404   404   404   404   404   404    404
GET  /tasks/{far_task}/ways-back                       login 404   404   404   404   404   404   404    403
POST /tasks/approve                                    login go    go    go    go    go    go    go     go
GET  /copies                                           login 200   200   200   200   200   200   200    200
POST /tasks/{task}/void                                login go    403   403   403   404   404   404    404
POST /tasks/{follow}/void                              login 403   403   403   403   404   404   404    404
POST /tasks/{far_task}/void                            login 404   404   404   404   404   404   404    go
POST /tasks/{done}/withdraw                            login go    404   404   404   404   404   404    404
POST /tasks/{far_task}/withdraw                        login 404   404   404   404   404   404   404    404

POST /tasks/{agree}/transfer                           login 403   403   403   go    404   404   404    404
POST /tasks/{agree}/delegate                           login 403   403   403   go    404   404   404    404
POST /tasks/{agree}/signers                            login 403   403   403   go    404   404   404    404
POST /tasks/{agree}/consult                            login 403   403   403   go    404   404   404    404
POST /tasks/{agree}/copy                               login 403   403   403   go    404   404   404    404
POST /tasks/{agree}/send-back                          login 403   403   403   go    404   404   404    404
POST /tasks/{agree}/urge                               login go    go    go    go    404   404   404    404
POST /tasks/{lent}/recall                              login 404   go    404   go    404   404   404    404
POST /tasks/{part}/remove-signer                       login 403   403   403   go    404   404   404    404
POST /tasks/{part}/answer                              login 403   go    403   403   404   404   404    404
GET  /tasks/{agree}/ways-back                          login 404   404   404   200   404   404   404    404

GET  /g/{token}                                        200   200   200   200   200   200   200   200    200
GET  /g/nothing                                        404   404   404   404   404   404   404   404    404
POST /g/{token}/submit                                 400   400   400   400   400   400   400   400    400
POST /g/nothing/submit                                 404   404   404   404   404   404   404   404    404
POST /g/{token}/files                                  400   400   400   400   400   400   400   400    400
GET  /g/{token}/files/{file}                           404   404   404   404   404   404   404   404    404
POST /tasks/{outside}/guest-link                       login go    403   403   403   404   404   404    404
POST /tasks/{far_task}/guest-link                      login 404   404   404   404   404   404   404    403
POST /guest-links/{link}/revoke                        login go    403   403   403   404   404   404    404

GET  /notices                                          login 200   200   200   200   200   200   200    200
GET  /notices/{notice}                                 login go    404   404   404   404   404   404    404
GET  /notices/999999                                   login 404   404   404   404   404   404   404    404
POST /notices/read                                     login go    go    go    go    go    go    go     go
GET  /me/notices                                       login 200   200   200   200   200   200   200    200
POST /me/notices                                       login 422   422   422   422   422   422   422    422
GET  /admin/messages                                   login 403   403   403   403   403   200   403    403
POST /admin/messages/retry                             login 403   403   403   403   403   go    403    403

GET  /cases                                            login 200   200   200   200   200   200   200    200
GET  /cases/{case}                                     login 200   200   200   200   404   404   404    404
GET  /cases/{far_case}                                 login 404   404   404   404   404   404   404    200
GET  /cases/FW2026999999                               login 404   404   404   404   404   404   404    404
GET  /cases/{case}/known                               login 200   200   200   200   404   404   404    404
GET  /cases/{far_case}/known                           login 404   404   404   404   404   404   404    200
GET  /cases/{case}/history                             login 200   200   200   200   404   404   404    404
GET  /cases/{far_case}/history                         login 404   404   404   404   404   404   404    200
GET  /cases/{case}/diagram/{instance}                  login 200   200   200   200   404   404   404    404
GET  /cases/{far_case}/diagram/{far_instance}          login 404   404   404   404   404   404   404    200
GET  /cases/{case}/diagram/{far_instance}              login 404   404   404   404   404   404   404    404
GET  /api/definitions/{version}/xml                    login 200   200   200   200   200   200   200    200
GET  /api/definitions/999999/xml                       login 404   404   404   404   404   404   404    404

GET  /clocks/mine                                      login 200   200   200   200   200   200   200    200
GET  /clocks/team                                      login 200   200   200   200   200   200   200    200
GET  /clocks/others                                    login 404   404   404   404   404   404   404    404
POST /cases/{case}/clocks/{clock}/pause                login 403   go    403   go    404   404   404    404
POST /cases/{far_case}/clocks/{far_clock}/pause        login 404   404   404   404   404   404   404    403
POST /cases/{case}/clocks/{far_clock}/pause            login 404   404   404   404   404   404   404    404
POST /cases/{case}/clocks/{clock}/resume               login 403   go    403   go    404   404   404    404
POST /cases/{far_case}/clocks/{far_clock}/resume       login 404   404   404   404   404   404   404    403

GET  /cases/{case}/papers                              login 200   200   200   200   404   404   404    404
GET  /cases/{far_case}/papers                          login 404   404   404   404   404   404   404    200
GET  /cases/{case}/papers/work_order                   login 404   404   404   404   404   404   404    404
GET  /cases/{case}/papers/work_order.pdf               login 404   404   404   404   404   404   404    404

POST /api/files?key=upload-1&task={task}               login 201   403   403   403   404   404   404    404
POST /api/files?key=upload-1&task={far_task}           login 404   404   404   404   404   404   404    201
GET  /api/files/{file}                                 login 200   200   200   200   404   404   404    404
GET  /api/files/unknown-file-1                         login 404   404   404   404   404   404   404    404

GET  /api/people                                       login 200   200   200   200   200   200   200    200
GET  /api/lookup/part                                  login 200   200   200   200   200   200   200    200
GET  /api/lookup/case?q=FW                             login 200   200   200   200   200   200   200    200
GET  /api/lookup/unknown                               login 404   404   404   404   404   404   404    404

GET  /customers                                        login 200   200   200   200   403   403   403    200
GET  /customers/{customer}                             login 200   200   200   200   403   403   403    404
GET  /customers/{far_customer}                         login 404   404   404   404   403   403   403    200
GET  /customers/999999                                 login 404   404   404   404   403   403   403    404
GET  /products/{serial}                                login 200   200   200   200   403   403   403    404
GET  /products/UNKNOWN                                 login 404   404   404   404   403   403   403    404
GET  /labels/{serial}                                  login 200   200   200   200   403   403   403    404
GET  /customers/{customer}/edit                        login 403   200   403   200   403   403   403    403
POST /customers/{customer}/edit                        login 403   422   403   422   403   403   403    403
GET  /customers/{far_customer}/edit                    login 403   404   403   404   403   403   403    403
GET  /product-files/999999/edit                        login 403   404   403   404   403   403   403    403
POST /product-files/999999/edit                        login 403   404   403   404   403   403   403    403
POST /archive-changes/999999/undo                      login 403   404   403   404   403   403   403    403
GET  /customers/duplicates                             login 403   200   403   200   403   403   403    403
POST /customers/merge                                  login 403   422   403   422   403   403   403    403
POST /customers/merges/{merge}/undo                    login 403   go    403   go    403   403   403    403
POST /customers/merges/999999/undo                     login 403   404   403   404   403   403   403    403
GET  /customers/import                                 login 403   200   403   200   403   403   403    403
GET  /customers/import/template.xlsx                   login 403   200   403   200   403   403   403    403
POST /customers/import                                 login 403   422   403   422   403   403   403    403
POST /customers/import/apply                           login 403   422   403   422   403   403   403    403
POST /customers/{customer}/export                      login 403   200   403   200   403   403   403    403
POST /customers/{far_customer}/export                  login 403   404   403   404   403   403   403    403
POST /customers/{customer}/erase                       login 403   422   403   422   403   403   403    403
POST /customers/{far_customer}/erase                   login 403   404   403   404   403   403   403    403

GET  /parts                                            login 403   200   200   200   403   403   403    403
GET  /parts/issues                                     login 403   200   200   200   403   403   403    403
GET  /parts/P-0001                                     login 403   200   200   200   403   403   403    403
GET  /parts/NOTHING                                    login 403   404   404   404   403   403   403    403
GET  /parts/new                                        login 403   403   403   200   403   403   403    403
POST /parts/new                                        login 403   403   403   422   403   403   403    403
GET  /parts/places                                     login 403   403   403   200   403   403   403    403
POST /parts/places                                     login 403   403   403   422   403   403   403    403

GET  /registers                                        login 200   200   200   200   200   200   200    200
GET  /registers/R01                                    login 200   200   404   200   404   404   404    200
GET  /registers/R01.csv                                login 200   200   404   200   404   404   404    200
GET  /registers/R01.xlsx                               login 200   200   404   200   404   404   404    200
GET  /registers/R99                                    login 404   404   404   404   404   404   404    404
POST /registers/R01/columns                            login go    go    404   go    404   404   404    go
POST /registers/R99/columns                            login 404   404   404   404   404   404   404    404
POST /registers/R01/views                              login go    go    404   go    404   404   404    go
POST /registers/R99/views                              login 404   404   404   404   404   404   404    404
POST /registers/R01/views/999999/delete                login 404   404   404   404   404   404   404    404

GET  /figures                                          login 403   200   403   200   403   200   403    403
GET  /figures/K01                                      login 403   200   403   200   403   200   403    403
GET  /figures/unknown                                  login 403   404   403   404   403   404   403    403
GET  /figures/deadlines                                login 403   200   403   200   403   200   403    403
GET  /figures?unit=/C1/R1/O2/                          login 403   404   403   404   403   200   403    403

GET  /procedures                                       login 403   403   403   403   200   200   403    403
GET  /procedures/dispatch                              login 403   403   403   403   200   200   403    403
GET  /procedures/map                                   login 403   403   403   403   200   200   403    403
GET  /procedures/unknown                               login 403   403   403   403   404   404   403    403
GET  /procedures/dispatch/versions/1                   login 403   403   403   403   200   200   403    403
GET  /procedures/dispatch/versions/99                  login 403   403   403   403   404   404   403    403
POST /procedures/dispatch/versions/1/live              login 403   403   403   403   422   422   403    403
GET  /procedures/dispatch/versions/1/forms/dispatch.work_order  login 403 403 403 403 200 200 403 403
GET  /procedures/dispatch/versions/1/decisions/responsible_unit login 403 403 403 403 200 200 403 403
POST /procedures/dispatch/starts/1                     login 403   403   403   403   404   404   403    403
GET  /procedures/dispatch/changes                      login 403   403   403   403   200   200   403    403
GET  /procedures/dispatch/changes?to=99                login 403   403   403   403   404   404   403    403
GET  /procedures/dispatch/edit                         login 403   403   403   403   200   200   403    403
POST /procedures/dispatch/draft/discard                login 403   403   403   403   404   404   403    403
POST /procedures/dispatch/draft/restore                login 403   403   403   403   404   404   403    403
POST /procedures/dispatch/draft/rebase                 login 403   403   403   403   404   404   403    403
GET  /api/drafts/dispatch                              login 403   403   403   403   200   200   403    403
PUT  /api/drafts/dispatch                              login 403   403   403   403   422   422   403    403
POST /api/drafts/dispatch/publish                      login 403   403   403   403   404   404   403    403
POST /api/lint                                         login 403   403   403   403   422   422   403    403
GET  /api/modeler/references                           login 403   403   403   403   200   200   403    403

GET  /me                                               login 200   200   200   200   200   200   200    200
POST /me/language                                      login 422   422   422   422   422   422   422    422
POST /me/deputies                                      login 422   422   422   422   422   422   422    422
POST /me/deputies/{deputy}/end                         login 404   404   404   404   404   404   404    404

GET  /admin                                            login 403   403   403   403   403   200   403    403
GET  /admin/audit                                      login 403   403   403   403   403   200   403    403
GET  /admin/calendar                                   login 403   403   403   403   200   200   403   403
GET  /admin/calendar/month                             login 403   403   403   403   200   200   403   403
POST /admin/calendar/day                               login 403   403   403   403   422   422   403   403
POST /admin/calendar/day/clear                         login 403   403   403   403   422   422   403   403
GET  /admin/calendar/hours/O1                          login 403   403   403   403   200   200   403   403
POST /admin/calendar/hours/O1                          login 403   403   403   403   422   422   403   403
GET  /admin/calendar/hours/O99                         login 403   403   403   403   404   404   403   403
POST /admin/calendar/years                             login 403   403   403   403   422   422   403   403
GET  /admin/deputies                                   login 403   403   403   403   403   200   403    403
POST /admin/deputies                                   login 403   403   403   403   403   422   403    403
POST /admin/deputies/{deputy}/end                      login 403   403   403   403   403   go    403    403
GET  /admin/import                                     login 403   403   403   403   403   200   403    403
POST /admin/import                                     login 403   403   403   403   403   422   403    403
POST /admin/import/apply                               login 403   403   403   403   403   422   403    403
GET  /admin/import/template.xlsx                       login 403   403   403   403   403   200   403    403
GET  /admin/parameters                                 login 403   403   403   403   200   200   403   403
GET  /admin/parameters/intake.max_clarify_attempts     login 403   403   403   403   200   200   403   403
POST /admin/parameters/intake.max_clarify_attempts     login 403   403   403   403   422   422   403   403
POST /admin/parameters/approval.deputy                 login 403   403   403   403   403   422   403   403
POST /admin/parameters/approval.deputy/reset           login 403   403   403   403   403   422   403   403
GET  /admin/parameters/unknown.name                    login 403   403   403   403   404   404   403   403
POST /admin/parameters/intake.max_clarify_attempts/reset login 403   403   403   403   422   422   403   403
POST /admin/parameters/intake.max_clarify_attempts/undo  login 403   403   403   403   409   409   403   403
GET  /admin/units                                      login 403   403   403   403   403   200   403    403
POST /admin/units                                      login 403   403   403   403   403   422   403    403
POST /admin/units/O2                                   login 403   403   403   403   403   422   403    403
POST /admin/units/O2/close                             login 403   403   403   403   403   422   403    403
POST /admin/units/O2/reopen                            login 403   403   403   403   403   422   403    403
GET  /admin/skills                                     login 403   403   403   403   403   200   403    403
POST /admin/skills                                     login 403   403   403   403   403   422   403    403
POST /admin/skills/body                                login 403   403   403   403   403   422   403    403
POST /admin/skills/body/remove                         login 403   403   403   403   403   422   403    403
POST /admin/skills/nothing/remove                      login 403   403   403   403   403   404   403    403
GET  /admin/users                                      login 403   403   403   403   403   200   403    403
GET  /admin/users.xlsx                                 login 403   403   403   403   403   200   403    403
GET  /admin/users/new                                  login 403   403   403   403   403   200   403    403
POST /admin/users/new                                  login 403   403   403   403   403   422   403    403
GET  /admin/users/{user}                               login 403   403   403   403   403   200   403    403
GET  /admin/users/999999                               login 403   403   403   403   403   404   403    403
POST /admin/users/{user}                               login 403   403   403   403   403   422   403    403
POST /admin/users/{user}/roles                         login 403   403   403   403   403   422   403    403
POST /admin/users/{user}/roles/remove                  login 403   403   403   403   403   go    403    403
POST /admin/users/{user}/skills                        login 403   403   403   403   403   go    403    403
POST /admin/users/{user}/password                      login 403   403   403   403   403   200   403    403
GET  /admin/users/{user}/leave                         login 403   403   403   403   403   200   403    403
POST /admin/users/{user}/leave                         login 403   403   403   403   403   go    403    403
POST /admin/users/{admin}/leave                        login 403   403   403   403   403   422   403    403
POST /admin/users/{user}/return                        login 403   403   403   403   403   409   403    403

GET  /admin/setup                                      login 403   403   403   403   403   200   403    403
GET  /admin/setup/company                              login 403   403   403   403   403   200   403    403
POST /admin/setup/company                              login 403   403   403   403   403   422   403    403
GET  /admin/setup/people                               login 403   403   403   403   403   200   403    403
GET  /admin/setup/calendar                             login 403   403   403   403   403   200   403    403
GET  /admin/setup/numbers                              login 403   403   403   403   403   200   403    403
POST /admin/setup/numbers/report_no                    login 403   403   403   403   403   422   403    403
POST /admin/setup/numbers/unknown_no                   login 403   403   403   403   403   404   403    403
GET  /admin/setup/opening                              login 403   403   403   403   403   200   403    403
GET  /admin/setup/procedures                           login 403   403   403   403   403   200   403    403
POST /admin/setup/procedures/dispatch                  login 403   403   403   403   403   422   403    403
POST /admin/setup/procedures/unknown                   login 403   403   403   403   403   404   403    403
GET  /admin/setup/lists/stock/template.xlsx            login 403   403   403   403   403   200   403    403
GET  /admin/setup/lists/unknown/template.xlsx          login 403   403   403   403   403   404   403    403
POST /admin/setup/lists/stock                          login 403   403   403   403   403   422   403    403
POST /admin/setup/lists/stock/apply                    login 403   403   403   403   403   422   403    403
POST /admin/setup/lists/unknown                        login 403   403   403   403   403   404   403    403
POST /admin/setup/steps/company/done                   login 403   403   403   403   403   go    403    403
POST /admin/setup/steps/unknown/done                   login 403   403   403   403   403   404   403    403
POST /admin/setup/trial                                login 403   403   403   403   403   200   403    403
POST /admin/setup/finish                               login 403   403   403   403   403   go    403    403
"""

# What the requests carry; all others are empty.
BODIES: dict[str, dict[str, Any]] = {
    "POST /login": {"data": {"login": "hotline_agent_1", "password": "wrong"}},
    "POST /password": {"data": {"old": "wrong", "password": "x" * 12, "again": "x" * 12}},
    "POST /tasks/{task}/reassign": {"data": {"to": "hotline_agent_2", "reason": "忙"}},
    "POST /tasks/{far_task}/reassign": {"data": {"to": "hotline_agent_3", "reason": "忙"}},
    "POST /tasks/{task}/void": {"data": {"reason": "误登记"}},
    "POST /tasks/{follow}/void": {"data": {"reason": "误登记"}},
    "POST /tasks/{far_task}/void": {"data": {"reason": "误登记"}},
    **{
        f"POST /api/tasks/{{{task}}}/{verb}": {"json": {"values": {}, "key": "route-test-1"}}
        for task in ("task", "free", "done", "far_task")
        for verb in ("draft", "submit")
    },
    **{
        f"POST /api/files?key=upload-1&task={{{task}}}": {
            "data": PNG,
            "query_string": {"key": "upload-1", "name": "a.png", "type": "image/png", "offset": 0, "size": len(PNG)},
            "content_type": "image/png",
        }
        for task in ("task", "far_task")
    },
    **{
        f"POST /cases/{{{case}}}/clocks/{{{clock}}}/pause": {"data": {"reason": "weather", "note": "已告知客户"}}
        for case, clock in (("case", "clock"), ("far_case", "far_clock"), ("case", "far_clock"))
    },
    "POST /api/tasks/999999/submit": {"json": {"values": {}, "key": "route-test-1"}},
    "PUT /api/drafts/dispatch": {"json": {}},
    "POST /api/drafts/dispatch/publish": {"json": {"reason": "试"}},
    "POST /api/lint": {"json": {}},
    **{f"POST /registers/{code}/columns": {"data": {"col": "content"}} for code in ("R01", "R99")},
    **{f"POST /registers/{code}/views": {"data": {"name": "来电", "f.channel": "phone"}} for code in ("R01", "R99")},
    "POST /admin/import": {"data": lambda: {"file": upload(b"")}},
    "POST /admin/users/{user}/roles/remove": {"data": {"role": "hotline_agent", "unit": "O1"}},
}


def _rows() -> list[tuple[str, str, dict[str, str]]]:
    lines = [line.split() for line in TABLE.strip().splitlines() if line.strip()]
    assert lines[0][2:] == list(WHO)
    assert all(len(line) == len(WHO) + 2 for line in lines), "a row has one outcome for everybody"
    return [(line[0], line[1], dict(zip(WHO, line[2:], strict=True))) for line in lines[1:]]


ROWS = _rows()


@pytest.fixture(scope="module")
def ground(stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    folder = tmp_path_factory.mktemp("ground")
    (folder / "sw.js").write_text("// the front end need not be built for this")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(assets, "DIST", folder)
        made = Ground(stage, folder, AFTERCARE_LOGIN_LIMIT="1000 per minute")
        with made.at_work():
            yield made


def ask(ground: Ground, who: str, method: str, url: str) -> Any:
    """One request on the untouched ground."""
    ground.reset(definitions=method != "GET" and ("/draft" in url or "/live" in url))
    body = dict(BODIES.get(f"{method} {url}", {}))
    if callable(body.get("data")):
        body["data"] = body["data"]()
    if "query_string" in body:
        url, _, asked = url.partition("?")
        body["query_string"] = {**body["query_string"], "task": ground.url(asked.split("task=")[1])}
    return ground.client(WHO[who]).open(ground.url(url), method=method, **body)


def outcome(answer: Any) -> str:
    """The word of the table for an answer."""
    if answer.status_code == 401:
        return "login"
    if answer.status_code in {301, 302, 303, 307, 308}:
        target = answer.headers["Location"]
        assert target.startswith("/"), target
        assert not target.startswith("//"), target
        return "login" if target.split("?")[0] == "/login" else "go"
    return str(answer.status_code)


@pytest.mark.parametrize(("method", "url", "expected"), ROWS, ids=[f"{method} {url}" for method, url, _ in ROWS])
def test_everybody_gets_what_the_table_says(ground: Ground, method: str, url: str, expected: dict[str, str]) -> None:
    found = {who: outcome(ask(ground, who, method, url)) for who in WHO}
    assert found == expected


def test_every_route_has_a_row(ground: Ground) -> None:
    adapter = ground.app.url_map.bind("localhost")
    asked = set()
    for method, url, _ in ROWS:
        rule, _arguments = adapter.match(ground.url(url).partition("?")[0], method=method, return_rule=True)
        asked.add((method, rule.rule))
    drawn = {
        (method, rule.rule) for rule in ground.app.url_map.iter_rules() for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    assert drawn - asked == set()


def test_a_method_that_a_route_does_not_take_is_refused_to_everybody(ground: Ground) -> None:
    for method, url in (("DELETE", "/tasks/{task}"), ("GET", "/logout"), ("PUT", "/api/tasks/{task}/submit")):
        for who in WHO:
            assert outcome(ask(ground, who, method, url)) == "405"


def _untold(answer: Any) -> str:
    return re.sub(r'(csrf[-_]token" (?:content|value))="[^"]*"', r"\1", answer.get_data(as_text=True))


def test_unknown_and_forbidden_read_the_same(ground: Ground) -> None:
    pairs = [
        ("GET", "/tasks/{far_task}", "/tasks/999999"),
        ("GET", "/api/tasks/{far_task}", "/api/tasks/999999"),
        ("POST", "/tasks/{far_task}/claim", "/tasks/999999/claim"),
        ("POST", "/tasks/{far_task}/withdraw", "/tasks/999999/withdraw"),
        ("POST", "/tasks/{far_task}/reassign", "/tasks/999999/reassign"),
        ("POST", "/api/tasks/{far_task}/submit", "/api/tasks/999999/submit"),
        ("GET", "/cases/{far_case}", "/cases/FW2026999999"),
        ("GET", "/cases/{far_case}/history", "/cases/FW2026999999/history"),
        ("GET", "/registers/R99", "/registers/R98"),
        ("GET", "/customers/{far_customer}", "/customers/999999"),
    ]
    for method, forbidden, unknown in pairs:
        first, second = (ask(ground, "agent", method, url) for url in (forbidden, unknown))
        assert (first.status_code, second.status_code) == (404, 404)
        shown = _untold(first).replace(ground.names["far_case"], "FW2026999999").replace("R99", "R98")
        assert shown == _untold(second)
        differing = {"Content-Length", "Set-Cookie", "Date"}
        assert {k: v for k, v in first.headers if k not in differing} == {
            k: v for k, v in second.headers if k not in differing
        }


LISTS = (
    "/?scope=roles",
    "/cases?state=all",
    "/search?q=FW",
    "/api/lookup/case?q=FW",
    "/registers/R01",
    "/registers/R01.csv",
)


def test_lists_show_only_ones_own_units(ground: Ground) -> None:
    far, near = ground.names["far_case"], ground.names["case"]
    for url in LISTS:
        ground.reset()
        for login, own, other in (("hotline_agent_1", near, far), ("hotline_agent_3", far, near)):
            shown = ground.client(login).get(url).get_data(as_text=True)
            assert other not in shown, (url, login)
            if "scope" not in url:
                assert own in shown, (url, login)
        for login in ("process_owner_1", "system_admin_1", "nobody"):
            shown = ground.client(login).get(url).get_data(as_text=True)
            assert far not in shown, (url, login)
            assert near not in shown, (url, login)

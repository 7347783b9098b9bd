// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/grants/machine-rows.h"

#include <algorithm>
#include <set>

#include "broker/base/text.h"
#include "broker/grants/sqlite.h"

namespace latchkey::sqlite {
namespace {

// What lies beyond is refused by faultOf().
template <typename Number>
Number small(Statement& row, Number most) {
  return static_cast<Number>(std::clamp<int64_t>(row.integer(), 0, most));
}

void putRoutes(Database& db, const Machine& machine) {
  Statement clear(db.handle(), "DELETE FROM machine_routes WHERE machine = ?");
  clear.text(machine.id).run();
  Statement put(db.handle(),
                "INSERT INTO machine_routes (machine, number, route, origin, tried, outcome) VALUES (?,?,?,?,?,?)");
  int64_t number = 0;
  for (const auto& route : machine.routes) {
    put.text(machine.id).bind(number++).text(route.text).bind(static_cast<int64_t>(route.origin));
    put.bind(toNanos(route.tried)).text(route.outcome).run();
  }
}

void putMachine(Database& db, const Machine& machine) {
  Statement put(
      db.handle(),
      "INSERT OR REPLACE INTO machines (id, certificate, petname, announced, stripe, version, blocked, paired,"
      " seen, route) VALUES (?,?,?,?,?,?,?,?,?,?)");
  put.text(machine.id).blob(machine.certificate).text(machine.petname).text(machine.announced).bind(machine.stripe);
  put.bind(machine.version).bind(machine.blocked ? 1 : 0).bind(toNanos(machine.paired)).bind(toNanos(machine.seen));
  put.text(machine.route).run();
  putRoutes(db, machine);
}

std::vector<MachineRoute> routesOf(Database& db, const std::string& machine) {
  Statement row(db.handle(),
                "SELECT route, origin, tried, outcome FROM machine_routes WHERE machine = ? ORDER BY number");
  row.text(machine);
  std::vector<MachineRoute> routes;
  while (row.step()) {
    MachineRoute route{.text = row.string()};
    route.origin = static_cast<MachineRoute::Origin>(small<uint8_t>(row, UINT8_MAX));
    route.tried = fromNanos(row.integer());
    route.outcome = row.string();
    routes.push_back(std::move(route));
  }
  return routes;
}

Machine machineAt(Statement& row) {
  Machine machine{.id = row.string(), .certificate = row.string(), .petname = row.string(), .announced = row.string()};
  machine.stripe = small<uint8_t>(row, UINT8_MAX);
  machine.version = small<uint16_t>(row, UINT16_MAX);
  machine.blocked = row.integer() != 0;
  machine.paired = fromNanos(row.integer());
  machine.seen = fromNanos(row.integer());
  machine.route = row.string();
  return machine;
}

Invitation invitationAt(Statement& row) {
  Invitation invitation{.id = row.string(), .secret = row.string()};
  invitation.made = fromNanos(row.integer());
  invitation.until = fromNanos(row.integer());
  invitation.used = fromNanos(row.integer());
  invitation.by = row.string();
  invitation.tries = small<uint32_t>(row, UINT32_MAX);
  return invitation;
}

}  // namespace

void writeMachines(Database& db, const Changes& changes) {
  for (const auto& id : changes.goneMachines) {
    Statement(db.handle(), "DELETE FROM machines WHERE id = ?").text(id).run();
    Statement(db.handle(), "DELETE FROM machine_routes WHERE machine = ?").text(id).run();
  }
  for (const auto& machine : changes.machines) putMachine(db, machine);
  for (const auto& id : changes.goneInvitations) {
    Statement(db.handle(), "DELETE FROM invitations WHERE id = ?").blob(id).run();
  }
  for (const auto& invitation : changes.invitations) {
    Statement put(db.handle(),
                  "INSERT OR REPLACE INTO invitations (id, secret, made, until, used, used_by, tries)"
                  " VALUES (?,?,?,?,?,?,?)");
    put.blob(invitation.id).blob(invitation.secret).bind(toNanos(invitation.made)).bind(toNanos(invitation.until));
    put.bind(toNanos(invitation.used)).text(invitation.by).bind(invitation.tries).run();
  }
}

void readMachines(Database& db, Contents& contents, std::vector<std::string>& refused) {
  std::set<std::string> petnames;
  Statement row(db.handle(),
                "SELECT id, certificate, petname, announced, stripe, version, blocked, paired, seen, route"
                " FROM machines");
  while (row.step()) {
    auto machine = machineAt(row);
    machine.routes = routesOf(db, machine.id);
    auto fault = faultOf(machine);
    if (fault.empty() && !petnames.insert(machine.petname).second) fault = "another one has its name";
    if (fault.empty()) contents.machines.push_back(std::move(machine));
    else refused.push_back("refused the stored machine " + brief(machine.id, 60) + ": " + fault);
  }
  Statement invitations(db.handle(), "SELECT id, secret, made, until, used, used_by, tries FROM invitations");
  while (invitations.step()) {
    auto invitation = invitationAt(invitations);
    auto fault = faultOf(invitation);
    if (fault.empty()) contents.invitations.push_back(std::move(invitation));
    else refused.push_back("refused a stored invitation: " + fault);
  }
}

}  // namespace latchkey::sqlite

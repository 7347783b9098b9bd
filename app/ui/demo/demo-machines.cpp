// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/ui/demo/demo-machines.h"

#include <QDir>

#include "app/ui/demo/fake-world.h"

namespace latchkey::ui {
namespace {

constexpr Nanos MINUTE = 60'000'000'000;
constexpr Nanos HOUR = 60 * MINUTE;
constexpr Nanos DAY = 24 * HOUR;

using State = Machine::State;
using From = MachineRoute::Origin;

QString idOf(int number) {
  static const char letters[] = "abcdefghijklmnopqrstuvwxyz234567";
  QString id;
  uint seed = uint(number) * 2654435761U + 17;
  for (int i = 0; i < 52; ++i) {
    seed = seed * 1664525U + 1013904223U;
    id += QLatin1Char(letters[seed >> 27]);
  }
  return id;
}

Machine machineOf(int number, const QString& petname, State state) {
  Machine machine;
  machine.id = idOf(number);
  machine.petname = machine.announced = petname;
  machine.stripe = number % STRIPES;
  machine.state = state;
  machine.blocked = state == State::Blocked;
  machine.paired = fakeNow() - (number + 2) * 9 * DAY;
  machine.seen = state == State::Connected ? fakeNow() : fakeNow() - number * 7 * HOUR;
  return machine;
}

void share(Script& script, const Machine& machine, const char* below, Terms::Access access, quint32 live = 0) {
  Grant grant;
  grant.id = QStringLiteral("m%1").arg(script.grants.size());
  grant.holder = machine.holder();
  grant.holderName = machine.petname;
  auto path = QDir::homePath().toLocal8Bit() + '/' + below;
  grant.kind = QByteArray(below).contains('.') ? Terms::Kind::File : Terms::Kind::Folder;
  auto scope = grant.kind == Terms::Kind::Folder ? Terms::Scope::Tree : Terms::Scope::File;
  grant.object = {QStringLiteral("~/") + QString::fromUtf8(below), path, scope, false, 0, 0};
  grant.access = access;
  grant.lifetime = {Terms::Lasting::Until, fakeNow() + 3 * DAY};
  grant.created = fakeNow() - 2 * DAY;
  grant.used = fakeNow() - HOUR;
  grant.live = live;
  script.grants << grant;
}

}  // namespace

void addMachines(Script& script) {
  auto& list = script.machines;
  auto anna = machineOf(0, QStringLiteral("Anna's laptop"), State::Connected);
  anna.announced = QStringLiteral("anna-thinkpad");
  anna.route = QStringLiteral("192.168.1.7:7357");
  anna.roundTrip = 1'840;
  anna.offered = 2;
  anna.routes = {
      {QStringLiteral("192.168.1.7:7357"), From::Seen, fakeNow() - 20 * MINUTE, {}},
      {QStringLiteral("anna.example.org"), From::Typed, fakeNow() - DAY, QStringLiteral("no answer in time")},
      {QStringLiteral("ssh anna@desk"), From::Typed, 0, {}}};
  list << anna;
  auto desk = machineOf(1, QStringLiteral("Desk at work"), State::Offline);
  desk.why = QStringLiteral("no answer in time");
  desk.route = QStringLiteral("ssh me@desk.example.org");
  desk.routes = {
      {QStringLiteral("ssh me@desk.example.org"), From::Typed, fakeNow() - HOUR, QStringLiteral("no answer in time")}};
  list << desk;
  auto server = machineOf(2, QStringLiteral("Home server"), State::Connecting);
  server.route = QStringLiteral("192.168.1.2:7357");
  server.offered = 1;
  list << server;
  auto tablet = machineOf(3, QStringLiteral("Tablet"), State::KeyChanged);
  tablet.why = QStringLiteral("another key at 192.168.1.31:7357");
  tablet.route = QStringLiteral("192.168.1.31:7357");
  list << tablet;
  list << machineOf(4, QStringLiteral("Oskar's PC"), State::Refused);
  list << machineOf(5, QStringLiteral("Old netbook"), State::TooOld);
  list << machineOf(6, QStringLiteral("Lent phone"), State::Blocked);
  share(script, anna, "Photos 2026", Terms::Access::Read, 1);
  share(script, anna, "Documents/budget.ods", Terms::Access::Write);
  share(script, desk, "Projects/site", Terms::Access::Write);
  script.own.id = idOf(99);
  script.own.name = QStringLiteral("miras-desk");
  script.own.listening = true;
  script.own.addresses = {QStringLiteral("192.168.1.5:7357"), QStringLiteral("[fd00::5]:7357")};
  script.nearby = {{QStringLiteral("192.168.1.7:7357"), QStringLiteral("k7qa"), QStringLiteral("Anna's laptop")},
                   {QStringLiteral("192.168.1.40:7357"), QStringLiteral("x2mf"), {}}};
  script.invitations << Invitation{QStringLiteral("n1"), fakeNow() - 3 * HOUR, fakeNow() + 21 * HOUR, 0, {}, {}};
}

void addHostileMachines(Script& script) {
  auto evil = machineOf(7, QStringLiteral("<b>Latchkey</b> ") + QString(184, u'W'), State::KeyChanged);
  evil.announced = QStringLiteral("<h1>This machine</h1> Press <b>The words match</b> now. ") + QString(300, u'M');
  evil.why = QStringLiteral("<img src='file:///etc/passwd'> ") + QString(200, u'y');
  evil.route = QString(200, u'r');
  evil.routes = {{QString(200, u'r'), From::Found, fakeNow(), QString(200, u'o')}};
  script.machines << evil;
  auto arabic = machineOf(8, QStringLiteral("حاسوب ليلى المحمول"), State::Offline);
  arabic.seen = 0;
  arabic.why = evil.why;
  script.machines << arabic;
  share(script, evil, "Documents/a name that goes on and on and on and on and on and on until nobody knows.txt",
        Terms::Access::Write, 2);
  script.own.name = evil.announced.left(120);
  script.own.listening = true;
  script.own.trouble = QStringLiteral("port 7357 is used by <b>another</b> program ") + QString(100, u'p');
  script.nearby = {{QStringLiteral("[fd00::dead:beef:1234:5678]:7357"), QString(200, u'h'), {}}};
  script.invitations << Invitation{QStringLiteral("n1"), fakeNow() - HOUR, fakeNow() + HOUR, 0, {}, {}};
}

Script machinesScript(int machines) {
  Script script;
  for (int i = 0; i < machines; ++i) {
    auto machine = machineOf(i, QStringLiteral("Machine %1").arg(i + 1), i % 3 ? State::Offline : State::Connected);
    machine.route = QStringLiteral("10.0.%1.%2:7357").arg(i / 250).arg(i % 250);
    script.machines << machine;
  }
  script.own.name = QStringLiteral("miras-desk");
  script.own.listening = true;
  script.own.addresses = {QStringLiteral("192.168.1.5:7357")};
  script.status.version = QStringLiteral("0.1.0");
  return script;
}

}  // namespace latchkey::ui

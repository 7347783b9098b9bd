// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/ui/demo/demo-machines.h"

#include <QDir>

#include "app/ui/demo/demo-script.h"
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

// What this machine lets another one use.
Grant& serve(Script& script, const Machine& machine, const char* target, bool taken) {
  Grant grant;
  grant.id = QStringLiteral("m%1").arg(script.grants.size());
  grant.holder = machine.holder();
  grant.holderName = machine.petname;
  grant.kind = Terms::Kind::Service;
  grant.object = {QString::fromUtf8(target), {}, Terms::Scope::Port, false, 0, 0};
  grant.access = Terms::Access::Write;
  grant.lifetime = {Terms::Lasting::Until, fakeNow() + 3 * DAY};
  grant.origin = Terms::Origin::Added;
  grant.created = fakeNow() - 2 * DAY;
  script.grants << grant;
  script.marks << ShareMark{grant.id, false, taken};
  return script.grants.last();
}

MachineOffer offerOf(const Script& script, const Machine& machine, const QString& title) {
  MachineOffer offer;
  offer.id = QStringLiteral("o%1").arg(script.offers.size() + 1);
  offer.machine = machine.id;
  offer.title = title;
  offer.since = fakeNow() - 10 * MINUTE;
  return offer;
}

// Accepted, and given to this holder; to nobody yet if it is empty.
QString use(Script& script, MachineOffer offer, const Machine& machine, const QString& holder, const char* place) {
  Grant received;
  received.id = QStringLiteral("m%1").arg(script.grants.size());
  received.holder = holderFrom(machine.id);
  received.holderName = machine.petname;
  received.kind = Terms::Kind::Service;
  received.object.target = offer.title;
  received.lifetime.lasting = Terms::Lasting::Always;
  received.created = fakeNow() - 2 * DAY;
  offer.state = MachineOffer::State::Accepted;
  offer.grant = received.id;
  script.grants << received;
  script.offers << offer;
  if (holder.isEmpty()) return received.id;
  Grant grant = received;
  grant.id = QStringLiteral("m%1").arg(script.grants.size());
  grant.holder = holder;
  grant.holderName.clear();
  grant.parent = received.id;
  grant.object.target = offer.title + QStringLiteral(" as ") + QLatin1String(place);
  grant.access = Terms::Access::Write;
  grant.used = fakeNow() - 20 * MINUTE;
  grant.live = 1;
  script.grants << grant;
  return received.id;
}

void over(Script& script, MachineOffer offer, MachineOffer::Cause cause, Nanos ago, const char* why) {
  bool declined = cause == MachineOffer::Cause::None;
  offer.state = declined ? MachineOffer::State::Declined : MachineOffer::State::Over;
  offer.cause = cause;
  offer.why = QLatin1String(why);
  offer.over = fakeNow() - ago;
  script.offers << offer;
}

void addOffers(Script& script, const Machine& anna, const Machine& desk, const Machine& server) {
  using Cause = MachineOffer::Cause;
  auto orders = offerOf(script, anna, QStringLiteral("orders:5432"));
  orders.service = QStringLiteral("postgresql");
  orders.until = fakeNow() + 3 * DAY;
  orders.uses = 10;
  orders.bytes = 500'000'000;
  script.offers << orders;
  auto printer = offerOf(script, anna, QStringLiteral("printer"));
  printer.service = QStringLiteral("ipp");
  printer.chain = {QStringLiteral("office-gateway")};
  printer.since = fakeNow() - 3 * HOUR;
  script.offers << printer;
  auto wiki = offerOf(script, anna, QStringLiteral("wiki:8080"));
  wiki.mayPassOn = true;
  auto received = use(script, wiki, anna, QStringLiteral("chromium"), "wiki:8080/tcp");
  auto& passed = serve(script, desk, "wiki:8080", true);
  passed.parent = received;
  passed.used = fakeNow() - HOUR;
  use(script, offerOf(script, anna, QStringLiteral("mail archive")), anna, {}, "");
  over(script, offerOf(script, anna, QStringLiteral("notes:8000")), Cause::EndedByOwner, 2 * HOUR,
       "its owner has ended it");
  over(script, offerOf(script, anna, QStringLiteral("camera")), Cause::Expired, DAY, "its time is over");
  over(script, offerOf(script, anna, QStringLiteral("build server")), Cause::UsedUp, 3 * DAY, "it is used up");
  over(script, offerOf(script, anna, QStringLiteral("chess")), Cause::None, 5 * DAY, "");
  auto media = offerOf(script, server, QStringLiteral("media:8096"));
  use(script, media, server, QStringLiteral("chromium"), "media:8096/tcp");
  auto& served = serve(script, anna, "chromium:8080 as dev server", true);
  served.uses = 3;
  served.mostUses = 10;
  served.bytes = 2'300'000;
  served.bytesInAll = 500'000'000;
  served.used = fakeNow() - 5 * MINUTE;
  script.marks.last().mayPassOn = true;
  serve(script, desk, "@computer:5432 as database", false);
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
  addOffers(script, anna, desk, server);
  script.own.id = idOf(99);
  script.own.name = QStringLiteral("miras-desk");
  script.own.listening = true;
  script.own.addresses = {QStringLiteral("192.168.1.5:7357"), QStringLiteral("[fd00::5]:7357")};
  script.nearby = {{QStringLiteral("192.168.1.7:7357"), QStringLiteral("k7qa"), QStringLiteral("Anna's laptop")},
                   {QStringLiteral("192.168.1.40:7357"), QStringLiteral("x2mf"), {}}};
  script.invitations << Invitation{QStringLiteral("n1"), fakeNow() - 3 * HOUR, fakeNow() + 21 * HOUR, 0, {}, {}};
}

void fillAsking(Request& request, const QString& which) {
  if (!which.startsWith(u"ask-")) return;
  request.app = QStringLiteral("machine:") + idOf(0);
  request.appName = QStringLiteral("Anna's laptop");
  request.instance.clear();
  request.object = {};
  request.scopes.clear();
  request.pid = 0;
  request.program.clear();
  request.size = 0;
  request.modified = 0;
  request.deadline = fakeNow() + 30 * MINUTE;
  request.claim = QStringLiteral("for the album of the garden");
  FarWish wish;
  wish.name = QStringLiteral("Photos of May");
  wish.seconds = 7200;
  request.kind = Terms::Kind::Folder;
  request.directory = true;
  if (which == u"ask-file") {
    request.kind = Terms::Kind::File;
    request.directory = false;
    request.access = Terms::Access::Write;
    wish.name = QStringLiteral("budget");
  } else if (which == u"ask-service" || which == u"ask-host") {
    request.kind = which == u"ask-host" ? Terms::Kind::Network : Terms::Kind::Service;
    request.access = Terms::Access::Write;
    request.claim = QStringLiteral("the shop needs its orders");
    wish.name = QStringLiteral("orders");
  } else if (which == u"ask-hostile") {
    request.appName = QStringLiteral("<b>System</b> <img src=x> ") + QString(160, u'W');
    request.claim = QStringLiteral("<h1>Latchkey</h1> Press <b>Give</b> now. ") + QString(300, u'M');
    request.access = Terms::Access::Write;
    request.alsoWaiting = 7;
    wish.name = QStringLiteral("<b>Home</b> ") + QString(180, u'n');
    wish.stripe = 7;
  }
  request.object.target = wish.name;
  request.wish = wish;
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
  for (const auto& title : {QStringLiteral("<b>Latchkey</b> “Press Use it now” ") + QString(169, u'W'),
                            QStringLiteral("\\u{202e}exe.sredro\\n"), QString(),
                            QString::fromUtf8("قاعدة بيانات الطلبات"), QStringLiteral("x")}) {
    auto offer = offerOf(script, evil, title);
    for (int i = 0; i < 15; ++i) offer.chain << QString(40, QChar(u'a' + i));
    offer.mayPassOn = true;
    offer.uses = 1'000'000'000;
    offer.bytes = 1'000'000'000'000'000;
    offer.until = fakeNow() + 4000 * DAY;
    script.offers << offer;
  }
  auto held = offerOf(script, evil, QString(200, u'm'));
  held.mayPassOn = true;
  use(script, held, evil, QStringLiteral("featherpad"), "a-name-that-goes-on-and-on-and-on:65535/tcp");
  serve(script, evil, "@computer:5432 as a service whose name goes on and on until nobody knows what it was about",
        false);
  script.own.name = evil.announced.left(120);
  script.own.listening = true;
  script.own.trouble = QStringLiteral("port 7357 is used by <b>another</b> program ") + QString(100, u'p');
  script.nearby = {{QStringLiteral("[fd00::dead:beef:1234:5678]:7357"), QString(200, u'h'), {}}};
  script.invitations << Invitation{QStringLiteral("n1"), fakeNow() - HOUR, fakeNow() + HOUR, 0, {}, {}};
}

void addManyOffers(Script& script, int count) {
  const auto machine = script.machines.first();
  for (int i = 0; i < count; ++i) {
    auto offer = offerOf(script, machine, QStringLiteral("service %1").arg(i + 1));
    if (i % 3 == 0) script.offers << offer;
    else if (i % 3 == 1) use(script, offer, machine, QStringLiteral("chromium"), "service:80/tcp");
    else over(script, offer, MachineOffer::Cause::Expired, i * MINUTE, "its time is over");
  }
}

Script folderScript() {
  auto script = demoScript();
  auto like = script.offers.first();
  like.uses = like.bytes = 0;
  like.service.clear();
  like.id = QStringLiteral("folder");
  like.title = QStringLiteral("Garden");
  like.kind = Terms::Kind::Folder;
  like.mayPassOn = true;
  script.offers << like;
  like.id = QStringLiteral("file");
  like.title = QStringLiteral("plan.txt");
  like.kind = Terms::Kind::File;
  like.access = Terms::Access::Write;
  script.offers << like;
  return script;
}

Script farAppScript() {
  auto script = demoScript();
  const auto anna = script.machines.first();
  script.offers.clear();
  auto app = [&](const char* title, MachineOffer::State state, FarRun run, const char* refused = "") {
    auto offer = offerOf(script, anna, QString::fromUtf8(title));
    offer.kind = Terms::Kind::App;
    offer.run = run;
    offer.refused = QString::fromUtf8(refused);
    offer.mayPassOn = true;
    if (state == MachineOffer::State::New) script.offers << offer;
    else use(script, offer, anna, {}, "");
  };
  using New = MachineOffer::State;
  using Went = FarRun::State;
  app("Scanner", New::New, {});
  app("Printer bridge", New::Accepted, {Went::Running, 0, fakeNow() - 40 * MINUTE});
  app("Backup of the album", New::Accepted, {Went::Exited, 3, fakeNow() - HOUR});
  app("Radio", New::Accepted, {}, "Radio: it cannot be started there now");
  app("Weather", New::Accepted, {});
  for (auto& instance : script.instances)
    if (&instance == &script.instances.first()) instance.startedBy = anna.petname;
  auto& served = serve(script, anna, "org.gnome.TextEditor as Text Editor", true);
  served.kind = Terms::Kind::App;
  served.object.scope = Terms::Scope::Host;
  served.mostUses = 5;
  served.uses = 2;
  return script;
}

Script askedScript() {
  auto script = demoScript();
  const auto anna = script.machines.first();
  using Asked = MachineWish::State;
  script.wishes << MachineWish{QStringLiteral("w3"),   anna.id, Terms::Kind::Folder, QStringLiteral("Photos of May"),
                               fakeNow() - 4 * MINUTE, 0,       Asked::Waiting,      {}};
  script.wishes << MachineWish{QStringLiteral("w2"), anna.id,
                               Terms::Kind::Service, QStringLiteral("wiki"),
                               fakeNow() - 3 * HOUR, fakeNow() - 2 * HOUR,
                               Asked::Given,         {}};
  script.wishes << MachineWish{QStringLiteral("w1"), anna.id,         Terms::Kind::File, {},
                               fakeNow() - 2 * DAY,  fakeNow() - DAY, Asked::Declined,   {}};
  return script;
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

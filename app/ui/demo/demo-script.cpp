// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/ui/demo/demo-script.h"

#include <QDateTime>
#include <QDir>
#include <QPainter>

#include "app/ui/demo/demo-choosers.h"
#include "app/ui/demo/demo-machines.h"
#include "app/ui/demo/fake-world.h"
#include "app/ui/pictures.h"

namespace latchkey::ui {
namespace {

constexpr Nanos SECOND = 1'000'000'000;
constexpr Nanos MINUTE = 60 * SECOND;
constexpr Nanos HOUR = 60 * MINUTE;
constexpr Nanos DAY = 24 * HOUR;

QByteArray home(const char* below) { return QDir::homePath().toLocal8Bit() + '/' + below; }

Object at(const char* below, Terms::Scope scope = Terms::Scope::File) {
  return {QStringLiteral("~/") + QString::fromUtf8(below), home(below), scope, false, 0, 0};
}

struct Maker {
  Script script;
  int grants = 0;
  quint64 entries = 0;

  Grant& grant(const char* holder, const char* name, Terms::Kind kind, Object object, Terms::Access access,
               Lifetime lifetime) {
    Grant grant;
    grant.id = QStringLiteral("g%1").arg(++grants);
    grant.holder = QString::fromUtf8(holder);
    grant.holderName = QString::fromUtf8(name);
    grant.kind = kind;
    grant.object = std::move(object);
    grant.access = access;
    grant.lifetime = lifetime;
    grant.created = fakeNow() - 3 * HOUR;
    grant.used = fakeNow() - grants * 7 * MINUTE;
    script.grants << grant;
    return script.grants.last();
  }
  Instance& instance(const char* app, const char* name, const char* profile = "") {
    Instance instance;
    instance.id = QStringLiteral("i%1").arg(script.instances.size() + 1);
    instance.app = QString::fromUtf8(app);
    instance.name = QString::fromUtf8(name);
    instance.profile = QString::fromUtf8(profile);
    instance.state = Terms::InstanceState::Running;
    instance.started = fakeNow() - (script.instances.size() + 1) * 26 * MINUTE;
    instance.desktop = QStringLiteral("wayland");
    script.instances << instance;
    return script.instances.last();
  }
  void entry(Nanos ago, const char* event, const char* app, const char* target = "", const char* outcome = "",
             Terms::Kind kind = Terms::Kind::File) {
    JournalEntry entry;
    entry.time = fakeNow() - ago;
    entry.event = QString::fromLatin1(event);
    entry.app = QString::fromUtf8(app);
    entry.target = QString::fromUtf8(target);
    entry.outcome = QString::fromLatin1(outcome);
    entry.kind = kind;
    script.journal << entry;
  }
  void never(const char* holder, Terms::Kind kind, Object object, Terms::Access access, Nanos ago) {
    Grant refused;
    refused.id = QStringLiteral("n%1").arg(script.refusals.size() + 1);
    refused.holder = QString::fromUtf8(holder);
    refused.kind = kind;
    refused.object = std::move(object);
    refused.access = access;
    refused.created = fakeNow() - ago;
    script.refusals << refused;
  }
  Script done() {
    std::sort(script.journal.begin(), script.journal.end(),
              [](const auto& a, const auto& b) { return a.time > b.time; });
    for (auto& entry : script.journal) entry.sequence = quint64(script.journal.size()) - entries++;
    script.status.version = QStringLiteral("0.1.0");
    return script;
  }
};

using Kind = Terms::Kind;
using Access = Terms::Access;
using Lasting = Terms::Lasting;
using Scope = Terms::Scope;

void setNetwork(Request& request, const QString& host, quint16 port, const QString& service) {
  request.kind = Terms::Kind::Network;
  NetworkWish wish;
  wish.host = host;
  wish.port = port;
  wish.protocol = QStringLiteral("tcp");
  wish.service = service;
  wish.domain = host.section(u'.', -2);
  request.network = wish;
  request.object = {};
  request.object.target = QStringLiteral("%1:%2/tcp").arg(host).arg(port);
  request.scopes = {Terms::Scope::Port, Terms::Scope::Host, Terms::Scope::Domain, Terms::Scope::Network};
  request.size = 0;
  request.modified = 0;
}

}  // namespace

Request demoRequest(const QString& which) {
  Request request;
  request.id = QStringLiteral("r-") + which;
  request.app = QStringLiteral("featherpad");
  request.appName = QStringLiteral("FeatherPad");
  request.instance = QStringLiteral("i1");
  request.object = at("Documents/Taxes/budget.ods");
  request.scopes = {Scope::File, Scope::Siblings, Scope::Folder, Scope::Tree};
  request.pid = 4711;
  request.program = QStringLiteral("featherpad");
  request.size = 84'213;
  request.modified = fakeNow() - DAY - HOUR;
  request.since = fakeNow();
  request.deadline = fakeNow() + 5 * MINUTE;
  request.visible = true;
  if (which == u"change") {
    request.access = Access::Write;
    request.claim = QStringLiteral("needed for: recent files");
    request.alsoWaiting = 2;
  } else if (which == u"picture") {
    request.object = at("Pictures/Summer/harbour at dusk.jpg");
    request.size = 3'482'113;
  } else if (which == u"save") {
    request.app = QStringLiteral("chromium@work");
    request.appName = QStringLiteral("Chromium");
    request.object = at("Downloads/invoice.pdf");
    request.access = Access::Write;
    request.create = true;
    request.size = 0;
    request.modified = 0;
  } else if (which == u"folder") {
    request.app = QStringLiteral("command:/usr/bin/git");
    request.appName = QStringLiteral("git");
    request.program = QStringLiteral("git");
    request.kind = Kind::Folder;
    request.directory = true;
    request.object = at("Projects/site");
    request.scopes = {Scope::Folder, Scope::Tree};
    request.mayBeFast = true;
    request.size = 1204;
  } else if (which == u"network") {
    request.app = QStringLiteral("thunderbird");
    request.appName = QStringLiteral("Thunderbird");
    setNetwork(request, QStringLiteral("imap.example.org"), 993, QStringLiteral("imaps"));
  } else if (which == u"network-raw") {
    request.app = QStringLiteral("org.example.Game");
    request.appName = QStringLiteral("Game");
    setNetwork(request, QStringLiteral("203.0.113.9"), 4000, {});
    request.network->raw = true;
    request.network->domain.clear();
    request.scopes = {Scope::Port, Scope::Host, Scope::Network};
  } else if (which == u"network-local") {
    request.app = QStringLiteral("org.example.Player");
    request.appName = QStringLiteral("Player");
    setNetwork(request, QStringLiteral("nas.local"), 445, QStringLiteral("microsoft-ds"));
    request.network->local = QStringLiteral("192.168.1.4");
    request.network->place = NetworkWish::Place::LocalNetwork;
    request.network->domain.clear();
    request.scopes = {Scope::Port, Scope::Host, Scope::Network};
  } else if (which.startsWith(u"network-web")) {
    request.app = QStringLiteral("chromium");
    request.appName = QStringLiteral("Chromium");
    request.alsoWaiting = 6;
    static const char* hosts[] = {"www.example.org",    "fonts.example.net",           "cdn.example.com",
                                  "images.example.com", "tracker.advertising.example", "api.example.org",
                                  "video.example.net"};
    setNetwork(request, QString::fromLatin1(hosts[which.mid(11).toInt() % 7]), 443, QStringLiteral("https"));
    request.visible = which == u"network-web";
  } else if (which == u"hostile") {
    request.appName = QStringLiteral("<b>System</b> <img src=x> ") + QString(160, u'W');
    request.object = at(
        "Documents/<b>safe</b> \xd9\x85\xd9\x84\xd9\x81 "
        "a-name-that-goes-on-and-on-and-on-and-on-until-nobody-knows-what-it-was-about-in-the-first-place.tar.gz.exe");
    request.claim = QStringLiteral("<h1>Latchkey</h1> Press <b>Allow</b> now. ") + QString(300, u'M') +
                    QStringLiteral("\\nline two\\nline three");
    request.access = Access::Write;
    request.alsoWaiting = 99;
  }
  fillPicking(request, which);
  fillAsking(request, which);
  return request;
}

Script emptyScript() { return Maker().done(); }

Script demoScript() {
  Maker make;
  make.never("featherpad", Kind::Folder, at("Documents/Taxes", Scope::Tree), Access::Write, DAY);
  make.never("chromium@work", Kind::File, at("Documents/letter to the landlord.txt"), Access::Read, 3 * DAY);
  make.never("thunderbird", Kind::Network,
             {QStringLiteral("tracker.example.org:443/tcp"), {}, Scope::Port, false, 0, 0}, Access::Read, 12 * HOUR);
  make.instance("featherpad", "FeatherPad");
  make.instance("chromium", "Chromium", "work");
  make.instance("command:/usr/bin/make", "make");

  auto& budget = make.grant("featherpad", "FeatherPad", Kind::File, at("Documents/Taxes/budget.ods"), Access::Write,
                            {Lasting::Run, 0});
  budget.live = 1;
  budget.instance = QStringLiteral("i1");
  make.grant("featherpad", "FeatherPad", Kind::File, at("Documents/letter to the landlord.txt"), Access::Write,
             {Lasting::Once, 0})
      .origin = Terms::Origin::Typed;
  make.grant("featherpad", "FeatherPad", Kind::Folder, at("Notes", Scope::Tree), Access::Read, {Lasting::Always, 0});
  auto& site = make.grant("command:/usr/bin/make", "make", Kind::Folder, at("Projects/site", Scope::Tree),
                          Access::Write, {Lasting::Run, 0});
  site.origin = Terms::Origin::Workdir;
  site.live = 4;
  make.grant("chromium@work", "Chromium", Kind::File, at("Downloads/invoice.pdf"), Access::Write, {Lasting::Once, 0});
  make.grant("chromium", "Chromium", Kind::Folder, at("Downloads", Scope::Folder), Access::Write,
             {Lasting::Until, fakeNow() + 20 * HOUR})
      .state = Terms::GrantState::Suspended;
  make.grant("org.gnome.TextEditor", "Text Editor", Kind::File, at("Documents/todo.md"), Access::Write,
             {Lasting::Always, 0});
  make.grant("thunderbird", "Thunderbird", Kind::Network,
             {QStringLiteral("imap.example.org:993/tcp"), {}, Scope::Port, false, 0, 0}, Access::Read,
             {Lasting::Always, 0})
      .live = 2;
  auto& old = make.grant("org.xfce.mousepad", "Mousepad", Kind::File, at("Documents/old notes.txt"), Access::Read,
                         {Lasting::Always, 0});
  old.state = Terms::GrantState::Revoked;
  old.ended = fakeNow() - 2 * HOUR;
  auto& child = make.grant("org.gnome.TextEditor", "Text Editor", Kind::File, at("Notes/shopping.txt"), Access::Read,
                           {Lasting::Run, 0});
  child.parent = QStringLiteral("g3");
  make.grant("mpv", "mpv", Kind::File, at("Videos/film.mkv", Scope::Siblings), Access::Read, {Lasting::Always, 0})
      .keep = true;
  make.grant("okular", "Okular", Kind::File, at("Documents/*.pdf", Scope::Pattern), Access::Read, {Lasting::Always, 0});
  auto& lapsed = make.grant("org.xfce.mousepad", "Mousepad", Kind::File, at("Documents/diary.txt"), Access::Write,
                            {Lasting::Always, 0});
  lapsed.state = Terms::GrantState::Expired;
  lapsed.lapsed = true;
  lapsed.ended = fakeNow() - 3 * DAY;
  auto& metered = make.grant("mpv", "mpv", Kind::Network, {QStringLiteral("internet"), {}, Scope::Network, false, 0, 0},
                             Access::Read, {Lasting::Always, 0});
  metered.bytesPerSecond = 2'000'000;
  metered.bytesPerDay = 500'000'000;
  metered.resting = true;

  make.script.processes.insert(QStringLiteral("i1"), {{4711, 1, QStringLiteral("featherpad"), 3.1, 61'000'000, 1}});
  make.script.processes.insert(QStringLiteral("i2"),
                               {{4800, 1, QStringLiteral("chromium"), 88, 212'000'000, 2},
                                {4810, 4800, QStringLiteral("chromium (pages)"), 51, 340'000'000, 0},
                                {4811, 4800, QStringLiteral("chromium (graphics)"), 12, 96'000'000, 0}});
  make.script.processes.insert(QStringLiteral("i3"), {{4900, 1, QStringLiteral("make"), 0.2, 2'100'000, 1},
                                                      {4901, 4900, QStringLiteral("cc"), 7.4, 84'000'000, 3}});

  auto connected = [&](quint64 id, const char* destination, const char* address, Connection::State state, Nanos ago,
                       quint64 in, quint64 out) {
    Connection connection;
    connection.id = id;
    connection.destination = QString::fromLatin1(destination);
    connection.address = QString::fromLatin1(address);
    connection.state = state;
    connection.since = fakeNow() - ago;
    connection.bytesIn = in;
    connection.bytesOut = out;
    connection.program = QStringLiteral("chromium");
    if (state == Connection::State::Ended) {
      connection.ended = fakeNow() - ago / 2;
      connection.ending = Connection::Ending::RefusedByOtherSide;
    }
    make.script.connections[QStringLiteral("i2")] << connection;
  };
  connected(5, "video.example.net:443/udp", "", Connection::State::Held, SECOND, 0, 0);
  connected(4, "www.example.org:443/tcp", "93.184.216.34", Connection::State::Open, 4 * MINUTE, 2'340'000, 41'000);
  connected(3, "cdn.example.com:443/tcp", "2001:db8::7", Connection::State::Open, 3 * MINUTE, 18'200'000, 9'000);
  connected(2, "nas.local:445/tcp@local", "192.168.1.4", Connection::State::Open, 9 * MINUTE, 4'000, 7'000);
  connected(1, "api.example.org:8443/tcp", "198.51.100.2", Connection::State::Ended, 20 * MINUTE, 0, 600);
  Listener listener;
  listener.instance = QStringLiteral("i2");
  listener.port = 8080;
  listener.id = 7;
  listener.program = QStringLiteral("chromium");
  make.script.listeners << listener;

  auto answered = [&](const char* which, Terms::RequestState state, Nanos ago) {
    auto request = demoRequest(QString::fromLatin1(which));
    request.id += QStringLiteral("-%1").arg(make.script.requests.size());
    request.state = state;
    request.decided = fakeNow() - ago;
    if (state == Terms::RequestState::Allowed) request.grant = QStringLiteral("g1");
    make.script.requests << request;
  };
  answered("file", Terms::RequestState::Allowed, 12 * MINUTE);
  answered("save", Terms::RequestState::Denied, 40 * MINUTE);
  answered("folder", Terms::RequestState::Dismissed, 2 * HOUR);
  answered("network", Terms::RequestState::Never, DAY + HOUR);
  answered("picture", Terms::RequestState::TimedOut, DAY + 2 * HOUR);

  make.entry(12 * MINUTE, "answer", "featherpad", "~/Documents/Taxes/budget.ods", "allowed");
  make.entry(12 * MINUTE + SECOND, "request", "featherpad", "~/Documents/Taxes/budget.ods");
  make.entry(26 * MINUTE, "start", "featherpad");
  make.entry(40 * MINUTE, "answer", "chromium@work", "~/Downloads/invoice.pdf", "denied");
  make.entry(52 * MINUTE, "start", "chromium@work");
  make.entry(78 * MINUTE, "start", "command:/usr/bin/make");
  make.entry(79 * MINUTE, "use", "command:/usr/bin/make", "~/Projects/site");
  make.entry(2 * HOUR, "revoke", "org.xfce.mousepad", "~/Documents/old notes.txt");
  make.entry(2 * HOUR + MINUTE, "refuse", "org.xfce.mousepad", "~/.ssh/config");
  make.entry(DAY, "end", "org.xfce.mousepad");
  make.entry(DAY + HOUR, "answer", "thunderbird", "imap.example.org:993/tcp", "never", Kind::Network);
  addMachines(make.script);
  return make.done();
}

Script inUseScript() {
  auto script = demoScript();
  for (auto target : {"microphone", "camera"}) {
    Grant grant;
    grant.id = QString::fromLatin1(target);
    grant.holder = QStringLiteral("chromium");
    grant.holderName = QStringLiteral("Chromium");
    grant.kind = Kind::Desktop;
    grant.object.target = grant.id;
    grant.object.scope = Scope::Host;
    grant.access = Access::Write;
    grant.lifetime = {Lasting::Run, 0};
    grant.created = grant.used = fakeNow();
    grant.live = 1;
    script.grants << grant;
  }
  return script;
}

Script longScript(int grants) {
  Maker make;
  const char* folders[] = {"Documents", "Documents/Taxes", "Pictures/Summer", "Projects/site/src", "Music"};
  const auto apps = DemoCatalog::some();
  for (int i = 0; i < grants; ++i) {
    const auto& app = apps[i % apps.size()];
    auto path = QStringLiteral("%1/file number %2.txt").arg(QLatin1String(folders[i % 5])).arg(i).toUtf8();
    auto& grant = make.grant(app.id.toUtf8(), app.name.toUtf8(), Kind::File, at(path),
                             i % 3 ? Access::Read : Access::Write, {i % 2 ? Lasting::Always : Lasting::Run, 0});
    if (i % 11 == 0) {
      grant.state = Terms::GrantState::Expired;
      grant.ended = fakeNow() - i * MINUTE;
    }
    if (i % 40 == 1) grant.live = quint32(i % 7);
  }
  return make.done();
}

Script hostileScript() {
  Maker make;
  auto request = demoRequest(QStringLiteral("hostile"));
  auto name = request.appName.toUtf8();
  make.instance("featherpad", name).command = QStringLiteral("<b>x</b>");
  make.grant("featherpad", name, Kind::File, request.object, Access::Write, {Lasting::Always, 0}).live = 3;
  make.grant("other", "مفكرة النصوص", Kind::File, at("Documents/تقرير السنة.odt"), Access::Read, {Lasting::Run, 0});
  make.grant(
      "a.b.c", QByteArray(200, 'x'), Kind::Folder,
      at("Documents/Some folder whose name is quite long indeed, longer than anybody would want to read", Scope::Tree),
      Access::Write, {Lasting::Always, 0});
  make.never("a.b.c", Kind::Folder, request.object, Access::Write, DAY);
  request.state = Terms::RequestState::Waiting;
  make.script.requests << request;
  make.entry(MINUTE, "request", "featherpad", "<b>~/Documents</b>/<img src='file:///etc/passwd'>");
  make.entry(2 * MINUTE, "start", "featherpad");
  addHostileMachines(make.script);
  return make.done();
}

QList<App> DemoCatalog::some() {
  return {{QStringLiteral("featherpad"),
           QStringLiteral("FeatherPad"),
           QStringLiteral("A light text editor"),
           {},
           {QStringLiteral("text")},
           QStringLiteral("/usr/share/applications/featherpad.desktop"),
           {{QStringLiteral("standalone"), QStringLiteral("New window")}},
           {QStringLiteral("text/plain")}},
          {QStringLiteral("chromium"),
           QStringLiteral("Chromium"),
           QStringLiteral("Browse the web"),
           {},
           {},
           QStringLiteral("/usr/share/applications/chromium.desktop"),
           {},
           {QStringLiteral("x-scheme-handler/https"), QStringLiteral("text/html")}},
          {QStringLiteral("org.gnome.TextEditor"),
           QStringLiteral("Text Editor"),
           QStringLiteral("Edit text files"),
           {},
           {},
           QStringLiteral("/usr/share/applications/org.gnome.TextEditor.desktop"),
           {},
           {QStringLiteral("text/plain")}},
          {QStringLiteral("org.xfce.mousepad"),
           QStringLiteral("Mousepad"),
           QStringLiteral("Simple text editor"),
           {},
           {},
           QStringLiteral("/usr/share/applications/org.xfce.mousepad.desktop"),
           {},
           {}},
          {QStringLiteral("foot"),
           QStringLiteral("Foot"),
           QStringLiteral("Terminal"),
           {},
           {},
           QStringLiteral("/usr/share/applications/foot.desktop"),
           {},
           {}},
          {QStringLiteral("debian-xterm"),
           QStringLiteral("XTerm"),
           QStringLiteral("Terminal of the X Window System"),
           {},
           {},
           QStringLiteral("/usr/share/applications/debian-xterm.desktop"),
           {},
           {}},
          {QStringLiteral("thunderbird"),
           QStringLiteral("Thunderbird"),
           QStringLiteral("Mail and news"),
           {},
           {},
           QStringLiteral("/usr/share/applications/thunderbird.desktop"),
           {},
           {}},
          {QStringLiteral("org.kde.okular"),
           QStringLiteral("Okular"),
           QStringLiteral("Read documents"),
           {},
           {},
           QStringLiteral("/usr/share/applications/org.kde.okular.desktop"),
           {},
           {}},
          {QStringLiteral("org.inkscape.Inkscape"),
           QStringLiteral("Inkscape Vector Graphics Editor"),
           QStringLiteral("Draw"),
           {},
           {},
           QStringLiteral("/usr/share/applications/org.inkscape.Inkscape.desktop"),
           {},
           {}}};
}

void DemoCatalog::icon(const QString& app, int pixels, Painted done) {
  for (const auto& known : std::as_const(m_apps)) {
    if (known.id == app) return done(initials(known.name, pixels));
  }
  done({});
}

void DemoCatalog::preview(const Object&, int pixels, Painted done) {
  QImage image(pixels, pixels * 3 / 4, QImage::Format_ARGB32_Premultiplied);
  QPainter painter(&image);
  QLinearGradient sky(0, 0, 0, image.height());
  sky.setColorAt(0, QColor(240, 170, 110));
  sky.setColorAt(1, QColor(60, 80, 120));
  painter.fillRect(image.rect(), sky);
  done(image);
}

void DemoCatalog::peek(const Object&, Peeked done) {
  done({QStringLiteral("Dear Ms Miller,"),
        {},
        QStringLiteral("thank you for your letter of the third."),
        QStringLiteral("The heating works again.")});
}

QString DemoCatalog::setAlwaysConfined(const QString& app, bool on) {
  m_confined.removeAll(app);
  if (on) m_confined << app;
  return {};
}

}  // namespace latchkey::ui

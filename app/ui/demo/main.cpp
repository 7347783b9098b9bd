// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// latchkey-demo: every page and every question without a broker. With --screenshot it is looked at and ends.

#include <csignal>

#include <QCommandLineParser>
#include <QDir>
#include <QFile>
#include <QGuiApplication>
#include <QLocale>
#include <QQmlApplicationEngine>
#include <QQuickItem>
#include <QQuickWindow>
#include <QThread>
#include <QTimer>
#include <QTranslator>

#include "app/ui/demo/demo-choosers.h"
#include "app/ui/demo/demo-home.h"
#include "app/ui/demo/demo-machines.h"
#include "app/ui/demo/demo-packages.h"
#include "app/ui/demo/demo-script.h"
#include "app/ui/desk.h"
#include "app/ui/look.h"
#include "app/ui/pick-windows.h"
#include "app/ui/pictures.h"
#include "app/ui/prompt-desk.h"
#include "app/ui/translation.h"

using namespace latchkey::ui;

namespace {

struct Options {
  QCommandLineParser parser;
  explicit Options(const QStringList& arguments) {
    parser.addHelpOption();
    parser.addOptions(
        {{QStringLiteral("page"),
          QStringLiteral(
              "apps, keys, requests, machines, activity, app, or a prompt: file, change, save, folder, network, "
              "network-raw, network-local, network-web, picture, hostile, choose, choose-many, "
              "choose-folder, save-as, save-many, choose-hostile, "
              "open-link, open-file, right-NAME, ask-folder, ask-file, ask-service, ask-host, ask-hostile"),
          QStringLiteral("PAGE"), QStringLiteral("apps")},
         {QStringLiteral("script"),
          QStringLiteral("demo, empty, hostile, in-use, folders, far-apps, asked, packages, repositories, update, "
                         "stranger, with-runtime, hostile-bundle, machines=N, "
                         "offers=N, or a number "
                         "of grants"),
          QStringLiteral("NAME"), QStringLiteral("demo")},
         {QStringLiteral("dark"), QStringLiteral("dark colours")},
         {QStringLiteral("scale"), QStringLiteral("size of everything, 1 or 2"), QStringLiteral("N"),
          QStringLiteral("1")},
         {QStringLiteral("lang"), QStringLiteral("language"), QStringLiteral("CODE"), QStringLiteral("en")},
         {QStringLiteral("size"), QStringLiteral("WIDTHxHEIGHT of the window"), QStringLiteral("SIZE")},
         {QStringLiteral("do"),
          QStringLiteral(
              "expand, always, until, fast, stop, open-files, connections, several, try, tried, tab1, tab2, tab3, "
              "search=TEXT, thing, "
              "offline, select, menu, armed, edit, network-rule, limits, talking, pattern, why, refused, nevers, "
              "import, keys-menu, row=N, name=NAME, "
              "accept, path, add, room, invite, join, words, behind, waiting, differ, added, forget=N, block=N, "
              "renew=N, "
              "machine=N, rename, self, by-machine, share, share-computer, share-network, share-folder, share-file, "
              "share-app, "
              "use-folder, held-folder, share-refused, pass, use, "
              "use-refused, "
              "ask, give, give-nothing, give-back, offer-menu, gone, regain, bundle, newer, remove, updates, updating, "
              "offered, sources, follow"),
          QStringLiteral("WHAT")},
         {QStringLiteral("tell"), QStringLiteral("print what the broker is asked for")},
         {QStringLiteral("screenshot"), QStringLiteral("write a picture and end"), QStringLiteral("FILE")}});
    parser.process(arguments);
  }
  QString operator[](const char* name) const { return parser.value(QLatin1String(name)); }
  bool has(const char* name) const { return parser.isSet(QLatin1String(name)); }
  QStringList doing() const { return parser.values(QStringLiteral("do")); }
};

Script scriptOf(const QString& name) {
  if (name == u"empty") return emptyScript();
  if (name == u"hostile") return hostileScript();
  if (name == u"in-use") return inUseScript();
  if (name == u"folders") return folderScript();
  if (name == u"asked") return askedScript();
  if (name == u"far-apps") return farAppScript();
  if (name == u"packages" || name == u"update" || name == u"stranger" || name == u"with-runtime" ||
      name == u"hostile-bundle") {
    auto script = demoScript();
    addPackages(script);
    if (name == u"update") script.bundle = updateBundle();
    if (name == u"stranger") script.bundle = strangersBundle();
    if (name == u"with-runtime") script.bundle = bundleWithRuntime();
    if (name == u"hostile-bundle") script.bundle = hostileBundle();
    return script;
  }
  if (name == u"repositories") {
    auto script = demoScript();
    addRepositories(script);
    return script;
  }
  if (name.startsWith(u"machines=")) return machinesScript(name.mid(9).toInt());
  if (name.startsWith(u"offers=")) {
    auto script = machinesScript(3);
    addManyOffers(script, name.mid(7).toInt());
    return script;
  }
  return name.toInt() > 0 ? longScript(name.toInt()) : demoScript();
}

volatile std::sig_atomic_t restless = 1;

// The window gets the focus again and again until SIGUSR1 comes, so that its guard stays shut.
void regainFocus(QWindow& window) {
  std::signal(SIGUSR1, [](int) { restless = 0; });
  auto* timer = new QTimer(&window);
  QObject::connect(timer, &QTimer::timeout, &window, [&window, timer] {
    QFocusEvent event(QEvent::FocusIn, Qt::ActiveWindowFocusReason);
    if (restless) QCoreApplication::sendEvent(&window, &event);
    if (!restless) timer->stop();
  });
  timer->start(100);
  QFocusEvent first(QEvent::FocusIn, Qt::ActiveWindowFocusReason);
  QCoreApplication::sendEvent(&window, &first);
  puts("restless");
}

const char* const DEMO_RULES = R"(latchkey-rules = 1

[[rule]]
app = "org.gnome.TextEditor"
place = "~/Documents/notes"
scope = "tree"
access = "write"
for = "always"

[[rule]]
app = "org.kde.okular"
place = "~/Documents/*.pdf"
scope = "pattern"
access = "read"
for = "always"

[[never]]
app = "featherpad"
place = "/home/dev/Documents/Taxes"
scope = "tree"
access = "write"

[[rule]]
app = "featherpad"
place = "~/Missing/of long ago"
scope = "tree"
access = "read"
for = "always"
)";

QQuickItem* findTyped(QQuickItem* root, const char* type) {
  const auto children = root->childItems();
  for (auto* child : children) {
    if (QByteArray(child->metaObject()->className()).startsWith(type)) return child;
    if (auto* found = findTyped(child, type)) return found;
  }
  return nullptr;
}

void choose(QQuickWindow& window, FileChooser& chooser, const QString& what) {
  if (what.startsWith(u"row=")) chooser.files()->select(what.mid(4).toInt(), FolderModel::Toggle);
  if (what.startsWith(u"name=")) chooser.setName(what.mid(5));
  if (what.startsWith(u"search=")) chooser.setSearch(what.mid(7));
  if (what == u"path") {
    if (auto* bar = findTyped(window.contentItem(), "PathBar"))
      QMetaObject::invokeMethod(bar, "edit", Q_ARG(QString, QStringLiteral("~/Documents/let")));
  }
  if (what == u"accept") {
    window.property("question").value<Question*>()->setArmed(true);
    chooser.accept();
  }
}

// Row N of the list as it is shown.
QString machineAt(Desk& desk, const QString& what) {
  return desk.machines()->index(what.section(u'=', 1).toInt(), 0).data(MachinesModel::IdRole).toString();
}

// On the page of a machine. Offers are o1, o2, ... in the order of the script.
void share(QQuickWindow& window, Desk& desk, const QString& what) {
  auto* draft = desk.share();
  auto* use = desk.offerUse();
  if (what.startsWith(u"share")) draft->begin(desk.machine()->machine());
  if (what == u"share" || what == u"share-refused") {
    QTimer::singleShot(50, draft, [draft, what] {
      draft->setService(0);
      draft->setName(what == u"share" ? QStringLiteral("dev server") : QString(210, u'x'));
      draft->setUses(QStringLiteral("10"));
      draft->setBytes(QStringLiteral("500 MB"));
      if (what == u"share-refused") draft->share();
    });
  }
  if (what == u"share-computer" || what == u"share-network") {
    bool computer = what == u"share-computer";
    draft->setWhat(computer ? ShareDraft::OfComputer : ShareDraft::OfNetwork);
    if (computer) draft->setPort(QStringLiteral("5432"));
    else draft->setHost(QStringLiteral("db.example.org"));
    draft->setLasting(ShareDraft::UntilStopped);
    draft->setMayPassOn(true);
    if (!computer) draft->share();
  }
  if (what == u"share-folder" || what == u"share-file") {
    draft->setWhat(what == u"share-file" ? ShareDraft::OfFile : ShareDraft::OfFolder);
    draft->setPath(what == u"share-file" ? QStringLiteral("~/nothing") : QStringLiteral("~/Pictures/Garden"));
    draft->setAccess(ShareDraft::AlsoChange);
    if (what == u"share-file") draft->share();
  }
  if (what == u"share-app") {
    draft->setWhat(ShareDraft::OfStart);
    if (!draft->apps().isEmpty()) draft->setApp(draft->apps().first().holder);
    draft->setUses(QStringLiteral("5"));
  }
  if (what == u"use-folder" || what == u"held-folder") {
    auto* offers = desk.machine()->offers();
    for (int row = 0; row < offers->count(); ++row) {
      if (offers->index(row, 0).data(OffersModel::FilesRole).toBool())
        use->begin(offers->index(row, 0).data(OffersModel::IdRole).toString());
    }
    if (what == u"held-folder") use->use();
  }
  if (what == u"ask") {
    auto* ask = desk.ask();
    ask->begin(desk.machine()->machine());
    ask->setName(QStringLiteral("Garden"));
    ask->setReason(QStringLiteral("the pictures of May for our album"));
  }
  if (what == u"pass") draft->pass(QStringLiteral("o3"));
  if (what == u"use" || what == u"use-refused") {
    use->begin(QStringLiteral("o1"));
    if (!use->apps().isEmpty()) use->setHolder(use->apps().first().holder);
    if (what == u"use-refused") {
      use->setName(QStringLiteral("two words"));
      use->use();
    }
  }
  if (what == u"give-back" && desk.machine()->offers()->find(QStringLiteral("o3")))
    desk.stopPlan()->begin({desk.machine()->offers()->find(QStringLiteral("o3"))->grant});
  if (what == u"offer-menu") {
    if (auto* card = findTyped(window.contentItem(), "OfferCard")) QMetaObject::invokeMethod(card, "openMenu");
  }
  if (what == u"gone") {
    if (auto* list = findTyped(window.contentItem(), "OffersList"))
      QMetaObject::invokeMethod(list, "positionViewAtEnd");
  }
}

void pair(QQuickWindow& window, Desk& desk, FakeBroker& broker, const QString& what) {
  auto* pairing = desk.pairing();
  if (what == u"add") pairing->begin();
  if (what == u"room") pairing->choose(Pairing::Room);
  if (what == u"invite") pairing->choose(Pairing::Invite);
  if (what == u"join") pairing->choose(Pairing::Join);
  if (what == u"words") {
    // Admitting goes over in the same queue, so it has been heard.
    for (int i = 0; i < 20 && !broker.heard().contains(QStringLiteral("admit")); ++i) QThread::msleep(10);
    broker.compare(QStringLiteral("anna-thinkpad"));
  }
  if (what == u"behind") broker.compare(QStringLiteral("somebody else"));
  if (what == u"waiting" || what == u"differ" || what == u"added") {
    if (what == u"waiting") broker.leaveOpen();
    QTimer::singleShot(100, pairing, [pairing, what] {
      pairing->setArmed(true);
      pairing->answer(what != u"differ");
    });
  }
  if (what.startsWith(u"forget=")) desk.parting()->begin(machineAt(desk, what), Parting::Forget);
  if (what.startsWith(u"block=")) desk.parting()->begin(machineAt(desk, what), Parting::Block);
  if (what.startsWith(u"renew=")) desk.parting()->begin(machineAt(desk, what), Parting::Renew);
  if (what.startsWith(u"machine="))
    QMetaObject::invokeMethod(&window, "showMachine", Q_ARG(QString, machineAt(desk, what)));
  if (what == u"rename") {
    if (auto* card = findTyped(window.contentItem(), "MachineCard")) QMetaObject::invokeMethod(card, "rename");
  }
  if (what == u"self") {
    if (auto* card = findTyped(window.contentItem(), "ThisMachineCard"))
      QMetaObject::invokeMethod(card, "changeWanted");
  }
  share(window, desk, what);
  if (what == u"by-machine") desk.grants()->setGrouping(GrantsModel::ByMachine);
}

void act(QQuickWindow& window, Desk& desk, FakeBroker& broker, const QString& what) {
  pair(window, desk, broker, what);
  if (what == u"stop") desk.stopPlan()->begin({QStringLiteral("g3")});
  if (what == u"edit") desk.ruleEdit()->begin(QStringLiteral("g3"));
  if (what == u"network-rule") desk.ruleEdit()->make(QStringLiteral("thunderbird"));
  if (what == u"limits") {
    desk.ruleEdit()->setReach(RuleEdit::OnePlace);
    desk.ruleEdit()->setPlace(QStringLiteral("*.example.org:443"));
    desk.ruleEdit()->setPerSecond(QStringLiteral("2"));
    desk.ruleEdit()->setPerDay(QStringLiteral("500"));
  }
  if (what == u"talking") desk.activity()->setTalkingOnly(true);
  if (what == u"pattern") desk.ruleEdit()->setScope(int(Terms::Scope::Pattern));
  if (what == u"nevers") desk.nevers()->show();
  if (what == u"import") {
    QFile file(QDir::temp().filePath(QStringLiteral("rules.toml")));
    if (file.open(QIODevice::WriteOnly)) file.write(DEMO_RULES);
    file.close();
    desk.exchange()->look(QUrl::fromLocalFile(file.fileName()));
  }
  if (what == u"bundle") desk.installing()->look(QUrl::fromLocalFile(QCoreApplication::applicationFilePath()));
  if (what == u"newer" || what == u"remove") {
    // Once it is told what is installed.
    auto* packages = desk.packages();
    QObject::connect(packages, &Packages::changed, packages, [packages, what] {
      if (what == u"newer") packages->lookAtWaiting();
      else packages->beginRemoval(QStringLiteral("org.xfce.mousepad"));
    });
    Q_EMIT packages->changed();
  }
  if (what == u"updates" || what == u"updating") desk.updates()->show();
  if (what == u"updating") QTimer::singleShot(100, desk.updates(), [&desk] { desk.updates()->updateAll(); });
  if (what == u"silent") broker.keepSilent();
  if (what == u"offered") QTimer::singleShot(200, desk.available(), [&desk] { desk.available()->look(0); });
  if (what == u"sources" || what == u"follow") desk.repositories()->show();
  if (what == u"follow") {
    desk.repositories()->begin();
    desk.repositories()->setPlace(QStringLiteral("https://apps.example.org"));
    desk.repositories()->setKey(QStringLiteral("RWSb8GFMqNMlfi0c0Vb1h3mWk4bqz1Q2w3e4r5t6y7u8i9o0pAsDfGhJ"));
  }
  if (what == u"keys-menu") {
    if (auto* button = findTyped(window.contentItem(), "KeysMenu")) QMetaObject::invokeMethod(button, "click");
  }
  if (what == u"why") desk.explanation()->begin(QStringLiteral("1"));
  if (what == u"refused") desk.explanation()->begin(QStringLiteral("3"));
  if (what == u"open-files") desk.stopPlan()->files()->show(QStringLiteral("g1"));
  if (what == u"connections") desk.connections()->show(QStringLiteral("i2"));
  if (what == u"several") {
    for (int i = 1; i < 7; ++i) broker.tellWaiting(demoRequest(QStringLiteral("network-web%1").arg(i)));
  }
  if (what == u"offline") broker.hangUp();
  if (what == u"regain") regainFocus(window);
  if (what == u"select") desk.grants()->selectAll();
  if (what == u"thing") desk.grants()->setGrouping(GrantsModel::ByThing);
  if (what == u"processes") {
    desk.activity()->toggle(QStringLiteral("i2"));
    desk.activity()->toggle(QStringLiteral("i3"));
  }
  if (what == u"findings")
    desk.health()->setFindings(
        {{QStringLiteral("/dev/fuse cannot be opened"), QStringLiteral("Load the module: modprobe fuse")}});
  if (what == u"try") desk.trials()->look(QStringLiteral("t1"));
  if (what == u"undo") desk.undo()->did(QStringLiteral("Stopped 1 thing"), [] {});
  if (what.startsWith(u"search=")) {
    if (auto* field = findTyped(window.contentItem(), "InputField")) field->setProperty("text", what.mid(7));
  }
  if (what.startsWith(u"tab")) {
    if (auto* tabs = findTyped(window.contentItem(), "TabRow")) tabs->setProperty("current", what.mid(3).toInt());
  }
  if (what == u"menu") {
    if (auto* tile = findTyped(window.contentItem(), "AppTile")) QMetaObject::invokeMethod(tile, "openMenu");
  }
  if (auto* chooser = window.property("chooser").value<FileChooser*>()) choose(window, *chooser, what);
  if (what == u"expand") {
    if (auto* card = findTyped(window.contentItem(), "PromptCard")) card->setProperty("expanded", true);
  }
  if (auto* draft = window.property("draft").value<ShareDraft*>(); draft && what.startsWith(u"give")) {
    window.property("question").value<Question*>()->setArmed(true);
    if (what == u"give") draft->setPath(QStringLiteral("~/Pictures/Garden"));
    draft->share();
  }
  if (what == u"fast") {
    auto* question = window.property("question").value<Question*>();
    if (question) {
      question->setArmed(true);
      question->setLasting(int(Terms::Lasting::Run));
      question->setScope(int(Terms::Scope::Tree));
      question->setFast(true);
    }
  }
  if (what == u"always" || what == u"until") {
    auto* question = window.property("question").value<Question*>();
    if (question) {
      question->setArmed(true);
      question->setLasting(int(what == u"until" ? Terms::Lasting::Until : Terms::Lasting::Always));
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  for (int i = 1; i + 1 < argc; ++i) {
    if (qstrcmp(argv[i], "--scale") == 0) qputenv("QT_SCALE_FACTOR", argv[i + 1]);
  }
  QGuiApplication app(argc, argv);
  Options options(app.arguments());
  // A home of nobody, in the words of the pages too: what is picked lies there.
  DemoHome home;
  addThings(home);
  if (options["page"].contains(u'-') || options["page"] == u"choose") qputenv("HOME", home.places().home.c_str());
  useLanguage(app, QLocale(options["lang"]));
  Look::shared().force(options.has("dark"));
  if (options.has("screenshot")) Look::shared().setMotion(false);

  FakeBroker broker(scriptOf(options["script"]));
  DemoCatalog catalog(options["script"] == u"empty" ? QList<App>() : DemoCatalog::some());
  Session session(broker.door(), Session::Presents::Questions);
  home.addPrivateFiles(QStringLiteral("featherpad"));
  if (options.doing().contains(QStringLiteral("try")) || options.doing().contains(QStringLiteral("tried")))
    home.addTrial(QStringLiteral("t1"));
  Desk desk(session, catalog, home.places());
  QQmlApplicationEngine engine;
  addPictures(engine, catalog);
  PickWindows picks(engine, catalog, chooserWorld(home.places()));
  PromptDesk prompts(session, *desk.undo(), engine);
  picks.giveWith(*desk.share());
  prompts.pickWith([&](Question* question) { return picks.make(question); });

  const QStringList places{QStringLiteral("apps"), QStringLiteral("keys"), QStringLiteral("requests"),
                           QStringLiteral("machines"), QStringLiteral("activity")};
  auto page = options["page"];
  QQuickWindow* window = nullptr;
  if (places.contains(page) || page == u"app") {
    engine.setInitialProperties({{QStringLiteral("desk"), QVariant::fromValue(&desk)},
                                 {QStringLiteral("place"), qMax(0, int(places.indexOf(page)))}});
    engine.loadFromModule("dev.latchkey.ui", "Main");
    if (engine.rootObjects().isEmpty()) return 1;
    window = qobject_cast<QQuickWindow*>(engine.rootObjects().first());
    if (options.has("size")) {
      auto parts = options["size"].split(u'x');
      window->resize(parts.value(0).toInt(), parts.value(1).toInt());
    }
    window->show();
  } else {
    prompts.prepare();
  }
  QObject::connect(&session, &Session::onlineChanged, &app, [&] {
    if (page == u"app") QMetaObject::invokeMethod(window, "showApp", Q_ARG(QString, QStringLiteral("featherpad")));
    if (page == u"requests" && options["script"] == u"demo") broker.present(demoRequest(QStringLiteral("change")));
    if (window) return;
    QTimer::singleShot(50, &app, [&] {
      auto request = demoRequest(page);
      if (request.chooser) request.chooser->folder = home.path(QStringLiteral("Documents")).toLocal8Bit();
      broker.present(request);
    });
  });
  // Half a second after there is something to act on, which a busy computer shows late.
  QTimer acting;
  acting.setInterval(500);
  QObject::connect(&acting, &QTimer::timeout, &app, [&] {
    if (!window) window = prompts.windowOf(QStringLiteral("r-") + page);
    if (!window || !session.online()) return;
    acting.stop();
    if (options.has("size") && !places.contains(page)) {
      auto parts = options["size"].split(u'x');
      window->resize(parts.value(0).toInt(), parts.value(1).toInt());
    }
    const auto doings = options.doing();
    for (const auto& what : doings) act(*window, desk, broker, what);
    if (auto* question = window->property("question").value<Question*>())
      QObject::connect(question, &Question::armedChanged, &app,
                       [question] { puts(question->armed() ? "armed" : "shut"); });
  });
  acting.start();
  QTimer telling;
  qsizetype told = 0;
  QObject::connect(&telling, &QTimer::timeout, &app, [&] {
    const auto heard = broker.heard();
    for (; told < heard.size(); ++told) puts(qPrintable(heard[told]));
    fflush(stdout);
  });
  if (options.has("tell")) telling.start(20);
  if (options.has("screenshot")) {
    QTimer::singleShot(options.doing().contains(QStringLiteral("armed")) ? 1500 : 1000, &app, [&] {
      bool saved = window && window->grabWindow().save(options["screenshot"]);
      app.exit(saved ? 0 : 1);
    });
  }
  return app.exec();
}

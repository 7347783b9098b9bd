// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// latchkey-ui: the window, the questions, the tray.
//
//   latchkey-ui             shows the window; where one program of ours runs already, that one shows it
//   latchkey-ui FILE        and looks at a bundle
//   latchkey-ui --prompts   stays without a window and shows what apps ask

#include <QCommandLineParser>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QGuiApplication>
#include <QIcon>
#include <QPointer>
#include <QQmlApplicationEngine>
#include <QThreadPool>
#include <QTimer>
#include <QUrl>

#include "app/ui/broker-door.h"
#include "app/ui/desk.h"
#include "app/ui/desktop-catalog.h"
#include "app/ui/look.h"
#include "app/ui/pictures.h"
#include "app/ui/resident.h"
#include "app/ui/single-window.h"
#include "app/ui/translation.h"
#include "broker/base/log.h"
#include "launcher/doctor/doctor.h"

using namespace latchkey;
using namespace latchkey::ui;

namespace {

constexpr int EXAMINE_MS = 3000;

struct Wishes {
  bool prompts = false;
  bool quitWhenIdle = false;
  QString file;  // Absolute.

  QByteArray message() const {
    return !file.isEmpty() ? "look " + QFile::encodeName(file) : prompts ? QByteArray("prompts") : QByteArray("show");
  }
};

Wishes wishesOf(QGuiApplication& app) {
  QCommandLineParser parser;
  parser.setApplicationDescription(QStringLiteral("Latchkey's window: apps start with no keys."));
  parser.addHelpOption();
  parser.addVersionOption();
  QCommandLineOption prompts(QStringLiteral("prompts"), QStringLiteral("Stay without a window; show what apps ask."));
  QCommandLineOption idle(QStringLiteral("quit-when-idle"),
                          QStringLiteral("End when no window and no question is left."));
  parser.addOptions({prompts, idle});
  parser.addPositionalArgument(QStringLiteral("FILE"), QStringLiteral("A bundle to look at."),
                               QStringLiteral("[FILE]"));
  parser.process(app);
  auto files = parser.positionalArguments();
  // File managers that know of addresses alone say one.
  auto file = files.isEmpty() ? QString()
                              : QUrl::fromUserInput(files[0], QDir::currentPath(), QUrl::AssumeLocalFile).toLocalFile();
  return {parser.isSet(prompts), parser.isSet(idle), file.isEmpty() ? file : QFileInfo(file).absoluteFilePath()};
}

// What this computer lacks, for the banner. It takes about a second, so it comes once all is shown, in a thread of its
// own.
void examineLater(Health& health) {
  QTimer::singleShot(EXAMINE_MS, &health, [health = QPointer<Health>(&health)] {
    QThreadPool::globalInstance()->start([health] {
      QList<ui::Finding> failing;
      for (const auto& finding : diagnose()) {
        if (finding.state != latchkey::Finding::State::Fail) continue;
        failing << ui::Finding{QString::fromStdString(finding.title + ": " + finding.detail),
                               QString::fromStdString(finding.remedy)};
      }
      QMetaObject::invokeMethod(qApp, [health, failing] {
        if (health) health->setFindings(failing);
      });
    });
  });
}

int run(QGuiApplication& app) {
  auto wishes = wishesOf(app);
  auto places = Places::fromEnvironment();
  places.ensure();
  SingleWindow single(places.runtime + "/window");
  if (single.tellOther(wishes.message())) return 0;
  if (!single.listen()) return single.tellOther(wishes.message()) ? 0 : 1;

  useLanguage(app, QLocale());
  Look::shared().askDesktop();
  DesktopCatalog catalog;
  Session session(std::make_unique<BrokerDoor>(places), Session::Presents::Questions);
  Desk desk(session, catalog, places);
  QQmlApplicationEngine engine;
  addPictures(engine, catalog);
  Resident resident(session, desk, catalog, places, engine,
                    wishes.prompts        ? Resident::Stays::Always
                    : wishes.quitWhenIdle ? Resident::Stays::WhileNeeded
                                          : Resident::Stays::WithTray);
  QObject::connect(&single, &SingleWindow::told, &resident, [&](const QByteArray& word, const QByteArray& path) {
    if (word == "show" || word == "look") resident.showWindow();
    if (word == "look") desk.open(QUrl::fromLocalFile(QFile::decodeName(path)));
  });
  if (!wishes.prompts || !wishes.file.isEmpty()) resident.showWindow();
  if (!wishes.file.isEmpty()) desk.open(QUrl::fromLocalFile(wishes.file));
  examineLater(*desk.health());
  return app.exec();
}

}  // namespace

int main(int argc, char** argv) {
  startLog("latchkey-ui");
  // No shader is used anywhere; drawn by the processor the first frame comes sooner, and no graphics driver is needed.
  if (!qEnvironmentVariableIsSet("QT_QUICK_BACKEND")) qputenv("QT_QUICK_BACKEND", "software");
  QGuiApplication::setDesktopFileName(QStringLiteral("dev.latchkey.Latchkey"));
  QGuiApplication app(argc, argv);
  QGuiApplication::setApplicationName(QStringLiteral("latchkey"));
  QGuiApplication::setApplicationDisplayName(QStringLiteral("Latchkey"));
  QGuiApplication::setApplicationVersion(QStringLiteral(LATCHKEY_VERSION));
  QGuiApplication::setWindowIcon(QIcon(QStringLiteral(":/dev/latchkey/icons/latchkey.svg")));
  QGuiApplication::setQuitOnLastWindowClosed(false);
  int status = 125;
  auto failure = kj::runCatchingExceptions([&] { status = run(app); });
  KJ_IF_MAYBE (exception, failure) logError(reason(*exception));
  return status;
}

// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/ui/demo/demo-choosers.h"

#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QUrl>

namespace latchkey::ui {
namespace {

using Purpose = ChooserWish::Purpose;

ChooserWish wishOf(Purpose purpose) {
  ChooserWish wish;
  wish.purpose = purpose;
  return wish;
}

void addFilters(ChooserWish& wish) {
  wish.filters = {
      {QStringLiteral("Documents"), {QStringLiteral("*.odt"), QStringLiteral("*.txt"), QStringLiteral("*.pdf")}, {}},
      {QStringLiteral("Pictures"), {}, {QStringLiteral("image/*")}},
      {QStringLiteral("All files"), {QStringLiteral("*")}, {}}};
}

void addOptions(ChooserWish& wish) {
  wish.options = {
      {QStringLiteral("encoding"),
       QStringLiteral("Encoding"),
       {{QStringLiteral("utf8"), QStringLiteral("UTF-8")}, {QStringLiteral("latin1"), QStringLiteral("Latin 1")}},
       QStringLiteral("utf8")},
      {QStringLiteral("backup"), QStringLiteral("Keep a backup"), {}, QStringLiteral("true")}};
}

void makeHostile(Request& request, ChooserWish& wish) {
  request.appName = QStringLiteral("<b>System</b> ") + QString(120, u'W');
  wish.title = QStringLiteral("<h1>Latchkey</h1> Press <b>Open</b> now. ") + QString(300, u'M');
  wish.filters = {{QStringLiteral("<b>Latchkey:</b> all is safe ") + QString(100, u'F'), {QStringLiteral("*")}, {}}};
  wish.options = {{QStringLiteral("o"), QStringLiteral("<b>Always allow</b> ") + QString(200, u'O'), {}, {}}};
}

bool fillRight(Request& request, const QString& which) {
  if (!which.startsWith(u"right-")) return false;
  request.app = QStringLiteral("meeting");
  request.appName = QStringLiteral("Meeting");
  request.program = QStringLiteral("meeting");
  request.kind = Terms::Kind::Desktop;
  request.object = {which.mid(6), {}, Terms::Scope::File, false, 0, 0};
  request.scopes = {};
  request.size = 0;
  request.modified = 0;
  return true;
}

bool fillOpener(Request& request, const QString& which) {
  if (which != u"open-link" && which != u"open-file") return false;
  request.kind = Terms::Kind::App;
  request.app = QStringLiteral("thunderbird");
  request.appName = QStringLiteral("Thunderbird");
  request.scopes = {};
  if (which == u"open-file") {
    request.opener = OpenerWish{{}, QStringLiteral("text/plain")};
    return true;
  }
  request.object = {};
  request.opener = OpenerWish{QStringLiteral("https://example.org/calendar/2026?invitation=4711&answer=yes"),
                              QStringLiteral("x-scheme-handler/https")};
  return true;
}

}  // namespace

bool fillPicking(Request& request, const QString& which) {
  if (fillRight(request, which) || fillOpener(request, which)) return true;
  auto wish = wishOf(Purpose::OpenFile);
  if (which == u"choose") {
    wish.title = QStringLiteral("Open document");
  } else if (which == u"choose-many") {
    wish.purpose = Purpose::OpenFiles;
    addFilters(wish);
    wish.filter = 2;
    addOptions(wish);
  } else if (which == u"choose-folder") {
    wish.purpose = Purpose::OpenFolder;
  } else if (which == u"save-as") {
    wish.purpose = Purpose::SaveFile;
    wish.name = "letter.txt";
    addFilters(wish);
  } else if (which == u"save-many") {
    wish.purpose = Purpose::SaveFiles;
    wish.names = {"page 1.png", "page 2.png", "page 3.png"};
  } else if (which == u"choose-hostile") {
    makeHostile(request, wish);
  } else {
    return false;
  }
  request.object = {};
  request.access = Terms::Access::Write;
  request.scopes = {};
  request.size = 0;
  request.modified = 0;
  request.kind = wish.folders() ? Terms::Kind::Folder : Terms::Kind::File;
  request.chooser = wish;
  return true;
}

void addThings(const DemoHome& home) {
  auto write = [&](const char* name, int size, int hoursAgo) {
    auto path = home.path(QString::fromUtf8(name));
    home.write(path, QByteArray(size, 'x'));
    QFile file(path);
    if (file.open(QFile::ReadWrite))
      file.setFileTime(QDateTime::currentDateTime().addSecs(-3600 * hoursAgo), QFileDevice::FileModificationTime);
  };
  for (const auto* folder : {"Desktop", "Documents/Taxes", "Documents/Letters", "Downloads", "Music", "Pictures/Summer",
                             "Videos", "Projects/site"})
    QDir().mkpath(home.path(QString::fromUtf8(folder)));
  write("Documents/budget 2026.ods", 84'213, 3);
  write("Documents/budget 2025.ods", 79'551, 9000);
  write("Documents/letter to the landlord.txt", 2'113, 30);
  write("Documents/page 2.pdf", 122'013, 700);
  write("Documents/page 10.pdf", 98'013, 690);
  write("Documents/harbour at dusk.jpg", 3'482'113, 120);
  write("Documents/song.ogg", 4'231'002, 2000);
  write("Documents/تقرير السنة.odt", 33'210, 50);
  write("Documents/a very long name that somebody gave to a file because it was late and nobody minded.md", 812, 1);
  write("Documents/.draft.txt", 100, 5);
  write("Documents/Taxes/receipt.pdf", 51'200, 200);
  write("Documents/Letters/landlord, second letter.txt", 1'500, 77);
  home.write(home.path(QStringLiteral(".config/gtk-3.0/bookmarks")),
             "file://" + QUrl::toPercentEncoding(home.path(QStringLiteral("Projects/site")), "/") + " Web site\n");
}

}  // namespace latchkey::ui

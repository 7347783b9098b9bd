// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/ui/wording.h"

#include <algorithm>

#include <QCoreApplication>
#include <QDir>
#include <QLocale>

#include "app/ui/network-words.h"
#include "app/ui/rights.h"
#include "app/ui/sharing-words.h"
#include "broker/base/service.h"
#include "broker/base/text.h"

namespace latchkey::ui::wording {
namespace {

struct Words {
  Q_DECLARE_TR_FUNCTIONS(Words)
};

QDateTime at(Nanos time) { return QDateTime::fromMSecsSinceEpoch(time / 1'000'000); }

QString shown(const QByteArray& path) {
  return QString::fromStdString(brief(std::string_view(path.constData(), size_t(path.size())), 400));
}

// As the broker names it: without symbolic links.
const QByteArray& home() {
  static const auto path = QDir(QDir::homePath()).canonicalPath().toLocal8Bit();
  return path;
}

QString shownPlace(const QByteArray& path) {
  return QString::fromStdString(shownPath(path.toStdString(), home().toStdString()));
}

const Right* rightOf(Terms::Kind kind, const QString& target) {
  return kind == Terms::Kind::Desktop ? findRight(target) : nullptr;
}

// The journal's names are whole paths.
QString named(const JournalEntry& entry) {
  if (entry.target.isEmpty()) return Words::tr("something");
  if (auto* right = rightOf(entry.kind, entry.target)) return right->noun();
  if (entry.kind == Terms::Kind::Network) return destinationNoun(entry.target);
  if (entry.kind == Terms::Kind::Listen) return listening(entry.target);
  if (entry.kind == Terms::Kind::Service) return service(entry.target);
  auto below = QString::fromLocal8Bit(home()) + u'/';
  return isolated(entry.target.startsWith(below) ? QStringLiteral("~/") + entry.target.mid(below.size())
                                                 : entry.target);
}

// Ours alone begin a line with a capital: a name of the network stays as it is.
QString capitalized(const QString& phrase) {
  bool name = phrase.contains(u'.') || phrase.contains(u':') || !phrase.contains(u' ');
  return name || phrase.isEmpty() ? phrase : phrase[0].toUpper() + phrase.mid(1);
}

bool onDisk(Terms::Kind kind, const Object& object) {
  return (kind == Terms::Kind::File || kind == Terms::Kind::Folder) && object.path.startsWith('/');
}

}  // namespace

QString isolated(const QString& name) { return QChar(0x2068) + name + QChar(0x2069); }

QString size(quint64 bytes) {
  return QLocale().formattedDataSize(qint64(bytes), bytes < 10'000'000 ? 0 : 1, QLocale::DataSizeSIFormat);
}

QString moment(Nanos time) {
  if (time == 0) return Words::tr("never", "a moment that has not come");
  auto when = at(time);
  auto now = QDateTime::currentDateTime();
  auto days = when.date().daysTo(now.date());
  if (qAbs(when.secsTo(now)) < 60) return Words::tr("just now");
  if (days == 0) return QLocale().toString(when.time(), QLocale::ShortFormat);
  if (days == 1) return Words::tr("yesterday");
  if (days == -1) return Words::tr("tomorrow");
  if (when.date().year() == now.date().year())
    return QLocale().toString(when.date(), Words::tr("d MMM", "date format of a day in this year"));
  return QLocale().toString(when.date(), QLocale::ShortFormat);
}

QString exactly(const QDateTime& when) {
  auto time = QLocale().toString(when.time(), QLocale::ShortFormat);
  auto today = QDate::currentDate();
  if (when.date() == today) return time;
  if (when == today.addDays(1).startOfDay()) return Words::tr("midnight");
  return Words::tr("%1, %2", "a day, a time").arg(QLocale().toString(when.date(), QLocale::ShortFormat), time);
}

QString day(Nanos time) {
  auto date = at(time).date();
  auto days = date.daysTo(QDate::currentDate());
  if (days == 0) return Words::tr("Today");
  if (days == 1) return Words::tr("Yesterday");
  return QLocale().toString(date, Words::tr("dddd, d MMMM", "date format of a heading"));
}

namespace {

// "org.example.Bridge as Printer bridge": the latter.
QString titleOf(const QString& target) {
  KJ_IF_MAYBE (named, serviceFrom(target.toStdString())) return QString::fromStdString(named->title());
  return target;
}

}  // namespace

QString thing(Terms::Kind kind, const Object& object) {
  if (auto* right = rightOf(kind, object.target)) return right->name();
  if (kind == Terms::Kind::Network) return capitalized(destination(object.target));
  if (kind == Terms::Kind::Listen) return capitalized(listening(object.target));
  if (kind == Terms::Kind::Service) return capitalized(service(object.target));
  if (kind == Terms::Kind::App) return titleOf(object.target);
  if (!onDisk(kind, object)) return object.target;
  auto name = object.path.mid(object.path.lastIndexOf('/') + 1);
  if (object.path == home()) return Words::tr("Your home");
  return name.isEmpty() ? QStringLiteral("/") : shown(name);
}

QString place(Terms::Kind kind, const Object& object) {
  if (kind == Terms::Kind::Network) return destinationDetail(object.target);
  if (kind == Terms::Kind::Listen) return listeningDetail(object.target);
  if (kind == Terms::Kind::Service) return serviceDetail(object.target);
  if (!onDisk(kind, object)) return wording::kind(kind);
  auto folder = object.path.left(qMax(object.path.lastIndexOf('/'), qsizetype(1)));
  if (folder == home()) return Words::tr("Your home");
  auto below = folder.startsWith(home() + '/') ? folder.mid(home().size() + 1) : folder;
  auto parts = shown(below).split(u'/', Qt::SkipEmptyParts);
  for (auto& part : parts) part = isolated(part);
  auto joined = parts.join(QStringLiteral(" / "));
  return below.startsWith('/') ? QStringLiteral("/ ") + joined : joined;
}

QString path(const QString& whole) {
  return QString::fromStdString(shownPath(whole.toLocal8Bit().toStdString(), home().toStdString()));
}

QString wholeName(Terms::Kind kind, const Object& object) {
  if (auto* right = rightOf(kind, object.target)) return right->sentence();
  if (!onDisk(kind, object)) return object.target;
  return QString::fromStdString(shownPath(object.path.toStdString(), home().toStdString()));
}

namespace {

QString wish(const ChooserWish& chooser) {
  switch (chooser.purpose) {
    case ChooserWish::Purpose::OpenFile: return Words::tr("wants to open a file");
    case ChooserWish::Purpose::OpenFiles: return Words::tr("wants to open files");
    case ChooserWish::Purpose::OpenFolder: return Words::tr("wants to use a folder");
    case ChooserWish::Purpose::OpenFolders: return Words::tr("wants to use folders");
    case ChooserWish::Purpose::SaveFile: return Words::tr("wants to save a file");
    case ChooserWish::Purpose::SaveFiles: return Words::tr("wants to save %Ln file(s)", "", int(chooser.names.size()));
  }
  return {};
}

}  // namespace

QString wantedFor(const FarWish& wish) {
  constexpr quint64 MINUTE = 60, HOUR = 60 * MINUTE, DAY = 24 * HOUR;
  if (wish.always) return Words::tr("for good");
  if (wish.seconds == 0) return {};
  if (wish.seconds >= 2 * DAY)
    return Words::tr("for %Ln day(s)", "how long something is wanted", int(wish.seconds / DAY));
  if (wish.seconds >= HOUR)
    return Words::tr("for %Ln hour(s)", "how long something is wanted", int(wish.seconds / HOUR));
  auto minutes = int(std::max<quint64>(wish.seconds / MINUTE, 1));
  return Words::tr("for %Ln minute(s)", "how long something is wanted", minutes);
}

QString thing(const Request& request) {
  if (request.wish) {
    switch (request.kind) {
      case Terms::Kind::File: return Words::tr("A file that you pick");
      case Terms::Kind::Folder: return Words::tr("A folder that you pick");
      case Terms::Kind::Network: return Words::tr("A computer that you name");
      default: return Words::tr("Something that you name");
    }
  }
  if (request.chooser) {
    if (request.chooser->purpose == ChooserWish::Purpose::SaveFile) return shown(request.chooser->name);
    return request.chooser->folders() ? Words::tr("A folder that you pick") : Words::tr("What you pick");
  }
  if (request.opener && !request.opener->uri.isEmpty()) return request.opener->uri;
  if (request.network) return request.network->host;
  return thing(request.kind, request.object);
}

QString place(const Request& request) {
  if (request.wish) {
    auto name = request.wish->name.trimmed();
    return name.isEmpty() ? Words::tr("you say which")
                          : Words::tr("it calls it “%1”; you say which").arg(isolated(name));
  }
  if (request.chooser) return Words::tr("it sees nothing else");
  if (request.opener) return Words::tr("you say with which app");
  if (request.network) return detail(*request.network);
  if (rightOf(request.kind, request.object.target)) return {};  // What it is is among the facts.
  return place(request.kind, request.object);
}

namespace {

QString farWish(const Request& request) {
  bool change = request.access == Terms::Access::Write;
  switch (request.kind) {
    case Terms::Kind::File:
      return change ? Words::tr("asks for a file of yours, to read and change it")
                    : Words::tr("asks for a file of yours, to read it");
    case Terms::Kind::Folder:
      return change ? Words::tr("asks for a folder of yours, to see and change what is in it")
                    : Words::tr("asks for a folder of yours, to see what is in it");
    case Terms::Kind::Network: return Words::tr("asks to reach another computer through this one");
    default: return Words::tr("asks for something that runs on this computer");
  }
}

}  // namespace

QString wish(const Request& request) {
  if (request.wish) return farWish(request);
  if (request.chooser) return wish(*request.chooser);
  if (request.opener) return Words::tr("wants to open this with another app");
  if (request.network) return wish(*request.network);
  bool change = request.access == Terms::Access::Write;
  switch (request.kind) {
    case Terms::Kind::File:
      if (request.create) return Words::tr("wants to save this file");
      return change ? Words::tr("wants to open and change this file") : Words::tr("wants to open this file");
    case Terms::Kind::Folder:
      if (request.create) return Words::tr("wants to make this folder");
      return change ? Words::tr("wants to see and change what is in this folder")
                    : Words::tr("wants to see what is in this folder");
    case Terms::Kind::Network: return Words::tr("wants to connect to");
    case Terms::Kind::Listen: return Words::tr("offers something to others. Let them reach it?");
    case Terms::Kind::Service: return Words::tr("needs a service");
    case Terms::Kind::Desktop:
      if (auto* right = findRight(request.object.target)) return right->wish();
      return Words::tr("wants to use of your desktop");
    case Terms::Kind::Device: return Words::tr("wants to use");
    case Terms::Kind::App: return Words::tr("wants to start");
    case Terms::Kind::Window: return Words::tr("wants to see this window");
  }
  return {};
}

QString facts(const Request& request) {
  if (request.picks()) return {};
  if (request.network) return remark(*request.network);
  if (auto* right = rightOf(request.kind, request.object.target)) return right->sentence();
  QStringList parts;
  if (request.create) {
    parts << Words::tr("new");
  } else if (request.directory) {
    if (request.size)
      parts << Words::tr("%Ln thing(s)", "entries of a folder", int(qMin<quint64>(request.size, 1'000'000'000)));
  } else if (request.kind == Terms::Kind::File) {
    parts << size(request.size);
  }
  if (request.modified) parts << Words::tr("changed %1").arg(moment(request.modified));
  return parts.join(QStringLiteral(" · "));
}

QString outcomeLine(const Request& request, const Answer& answer) {
  auto who = isolated(request.appName);
  auto what = isolated(thing(request.kind, request.object));
  if (request.wish) what = request.wish->name.isEmpty() ? Words::tr("something") : offerTitle(request.wish->name);
  const auto& chosen = answer.picked.chosen;
  if (chosen.size() == 1) what = isolated(shown(chosen[0].path.mid(chosen[0].path.lastIndexOf('/') + 1)));
  if (chosen.size() > 1) what = Words::tr("%Ln thing(s)", "picked", int(chosen.size()));
  if (request.opener) return Words::tr("%1 opened something with another app").arg(who);
  if (answer.verdict != Terms::Verdict::Allow) return Words::tr("%1 may not use %2").arg(who, what);
  if (auto* right = rightOf(request.kind, request.object.target)) what = right->noun();
  if (request.network) {
    auto scope = answer.scope == Terms::Scope::File ? Terms::Scope::Port : answer.scope;
    return Words::tr("%1 can reach %2")
        .arg(who, scope == Terms::Scope::Port ? what : wording::scope(scope, *request.network));
  }
  if (request.kind != Terms::Kind::File && request.kind != Terms::Kind::Folder)
    return Words::tr("%1 can use %2").arg(who, what);
  return answer.access == Terms::Access::Write ? Words::tr("%1 can look at and change %2").arg(who, what)
                                               : Words::tr("%1 can look at %2").arg(who, what);
}

QString outcome(Terms::RequestState state) {
  switch (state) {
    case Terms::RequestState::Waiting: return Words::tr("waiting for you");
    case Terms::RequestState::Allowed: return Words::tr("allowed by you");
    case Terms::RequestState::Denied: return Words::tr("not allowed by you");
    case Terms::RequestState::Never: return Words::tr("never allowed");
    case Terms::RequestState::Dismissed: return Words::tr("closed without an answer");
    case Terms::RequestState::TimedOut: return Words::tr("no answer in time");
    case Terms::RequestState::Withdrawn: return Words::tr("no longer asked");
    case Terms::RequestState::Unpresentable: return Words::tr("could not be asked");
  }
  return {};
}

QString access(Terms::Kind kind, Terms::Access access) {
  if (kind == Terms::Kind::App) return Words::tr("start and stop", "access to an app");
  if (kind != Terms::Kind::File && kind != Terms::Kind::Folder)
    return Words::tr("use", "access to something that is no file");
  return access == Terms::Access::Write ? Words::tr("look and change") : Words::tr("look only");
}

QString lifetime(const Lifetime& lifetime) {
  switch (lifetime.lasting) {
    case Terms::Lasting::Once: return Words::tr("this time");
    case Terms::Lasting::Run: return Words::tr("while it runs");
    case Terms::Lasting::Until: return Words::tr("until %1").arg(moment(lifetime.until));
    case Terms::Lasting::Always: return Words::tr("always");
  }
  return {};
}

QString scope(Terms::Scope scope, bool directory) {
  switch (scope) {
    case Terms::Scope::File: return Words::tr("this file");
    case Terms::Scope::Siblings: return Words::tr("this file and those of the same name");
    case Terms::Scope::Pattern: return Words::tr("files of such names");
    case Terms::Scope::Folder: return directory ? Words::tr("this folder") : Words::tr("its folder");
    case Terms::Scope::Tree:
      return directory ? Words::tr("this folder and all below") : Words::tr("its folder and all below");
    case Terms::Scope::Host:
    case Terms::Scope::Domain:
    case Terms::Scope::Port:
    case Terms::Scope::Network: break;  // Said of the destination itself: network-words.h.
  }
  return {};
}

namespace {

// "2 MB a second · 500 MB a day"
QString limits(const Grant& grant) {
  QStringList all;
  auto add = [&](quint64 bytes, const QString& words) {
    if (bytes != 0) all << words.arg(size(bytes));
  };
  add(grant.bytesPerSecond, Words::tr("%1 a second", "how much may be exchanged"));
  add(grant.bytesPerDay, Words::tr("%1 a day", "how much may be exchanged"));
  add(grant.bytesInAll, Words::tr("asks again after %1", "how much may be exchanged"));
  return all.join(QStringLiteral(" · "));
}

QString inBrackets(const QString& words) { return words.isEmpty() ? words : QStringLiteral(" (%1)").arg(words); }

}  // namespace

QString reach(const Grant& grant) {
  if (grant.object.see) return Words::tr("names only");
  if (auto* right = rightOf(grant.kind, grant.object.target)) return right->sentence();
  if (grant.kind == Terms::Kind::Network || grant.kind == Terms::Kind::Listen) return limits(grant);
  if (grant.kind != Terms::Kind::File && grant.kind != Terms::Kind::Folder) return {};
  if (grant.lapsed) return Words::tr("not used for 60 days");
  if (grant.fast) return Words::tr("and all below, full speed");
  if (grant.object.scope == Terms::Scope::Tree) return Words::tr("and all below");
  if (grant.object.scope == Terms::Scope::Siblings) return Words::tr("and files of the same name");
  return {};
}

namespace {

QString placeOf(const Object& object) {
  auto whole = isolated(shownPlace(object.path));
  auto slash = object.path.lastIndexOf('/');
  switch (object.scope) {
    case Terms::Scope::Siblings: return Words::tr("%1 and files of the same name").arg(whole);
    case Terms::Scope::Folder: return Words::tr("what is directly in %1").arg(whole);
    case Terms::Scope::Tree: return Words::tr("everything in %1").arg(whole);
    case Terms::Scope::Pattern:
      return Words::tr("files like %1 in %2", "a pattern such as *.pdf, and a folder")
          .arg(isolated(shown(object.path.mid(slash + 1))),
               isolated(shownPlace(object.path.left(std::max<qsizetype>(slash, 1)))));
    default: return whole;
  }
}

QString noun(const Grant& grant) {
  if (grant.kind == Terms::Kind::Network) return destinationNoun(grant.object.target);
  if (grant.kind == Terms::Kind::Listen) return listening(grant.object.target);
  if (grant.kind == Terms::Kind::Service) return service(grant.object.target);
  auto* right = rightOf(grant.kind, grant.object.target);
  return right ? right->noun() : isolated(wholeName(grant.kind, grant.object));
}

QString lasting(const Grant& grant) {
  switch (grant.lifetime.lasting) {
    case Terms::Lasting::Once: return Words::tr("this time");
    case Terms::Lasting::Run: return Words::tr("while it runs");
    case Terms::Lasting::Until: return Words::tr("until %1").arg(moment(grant.lifetime.until));
    case Terms::Lasting::Always:
      return grant.keep ? Words::tr("until you take it back, used or not") : Words::tr("until you take it back");
  }
  return {};
}

}  // namespace

QString rule(const Grant& grant, const QString& name) {
  auto who = isolated(name);
  if (grant.kind == Terms::Kind::Network)
    return Words::tr("%1 may reach %2, %3.").arg(who, noun(grant), lasting(grant) + inBrackets(limits(grant)));
  if (grant.kind == Terms::Kind::Listen)
    return Words::tr("Others may reach %2 of %1, %3.")
        .arg(who, noun(grant), lasting(grant) + inBrackets(limits(grant)));
  if (grant.object.path.isEmpty()) return Words::tr("%1 may use %2, %3.").arg(who, noun(grant), lasting(grant));
  auto where = placeOf(grant.object);
  if (grant.object.see) return Words::tr("%1 may see the names of %2, %3.").arg(who, where, lasting(grant));
  return grant.access == Terms::Access::Write
             ? Words::tr("%1 may look at and change %2, %3.").arg(who, where, lasting(grant))
             : Words::tr("%1 may look at %2, %3.").arg(who, where, lasting(grant));
}

QString refusal(const Grant& refused, const QString& name) {
  auto who = isolated(name);
  if (refused.kind == Terms::Kind::Network) return Words::tr("%1 may never reach %2.").arg(who, noun(refused));
  if (refused.object.path.isEmpty()) return Words::tr("%1 may never use %2.").arg(who, noun(refused));
  auto where = placeOf(refused.object);
  return refused.access == Terms::Access::Write ? Words::tr("%1 may never change %2.").arg(who, where)
                                                : Words::tr("%1 may never look at or change %2.").arg(who, where);
}

QString state(const Grant& grant) {
  switch (grant.state) {
    case Terms::GrantState::Active: return grant.resting ? Words::tr("used up for today") : QString();
    case Terms::GrantState::Suspended: return Words::tr("paused");
    case Terms::GrantState::Expired:
      if (grant.lapsed) return Words::tr("lapsed %1").arg(moment(grant.ended));
      return Words::tr("expired %1").arg(moment(grant.ended));
    case Terms::GrantState::Revoked: return Words::tr("stopped %1").arg(moment(grant.ended));
  }
  return {};
}

QString origin(Terms::Origin origin) {
  switch (origin) {
    case Terms::Origin::Prompt: return Words::tr("you were asked");
    case Terms::Origin::Typed: return Words::tr("you typed it");
    case Terms::Origin::Dropped: return Words::tr("you dropped it on the app");
    case Terms::Origin::Picked: return Words::tr("you picked it");
    case Terms::Origin::Added: return Words::tr("you added it");
    case Terms::Origin::Workdir: return Words::tr("you started the app in it");
  }
  return {};
}

QString kind(Terms::Kind kind) {
  switch (kind) {
    case Terms::Kind::File: return Words::tr("File");
    case Terms::Kind::Folder: return Words::tr("Folder");
    case Terms::Kind::Network: return Words::tr("Network");
    case Terms::Kind::Listen: return Words::tr("Offered to others");
    case Terms::Kind::Service: return Words::tr("Service");
    case Terms::Kind::Desktop: return Words::tr("Special access");
    case Terms::Kind::Device: return Words::tr("Device");
    case Terms::Kind::App: return Words::tr("App");
    case Terms::Kind::Window: return Words::tr("Window");
  }
  return {};
}

QString sentence(const JournalEntry& entry, const QString& name) {
  auto who = isolated(name);
  auto what = named(entry);
  const auto& event = entry.event;
  if (event == u"start" && entry.outcome.startsWith(u"by "))
    return Words::tr("%1 was started by %2", "an app, a machine").arg(who, isolated(entry.outcome.mid(3)));
  if (event == u"start") return Words::tr("%1 was started").arg(who);
  if (event == u"end") return Words::tr("%1 ended").arg(who);
  if (event == u"request") return Words::tr("%1 asked for %2").arg(who, what);
  if (event == u"grant") return Words::tr("%1 was given %2").arg(who, what);
  if (event == u"use") return Words::tr("%1 used %2").arg(who, what);
  if (event == u"refuse" && entry.outcome == u"ceiling")
    return Words::tr("%1 was refused %2 by the rules of this computer").arg(who, what);
  if (event == u"refuse" && entry.outcome == u"used up for today")
    return Words::tr("%1 was refused %2: it has used up its network of today").arg(who, what);
  if (event == u"refuse") return Words::tr("%1 was refused %2").arg(who, what);
  if (event == u"revoke" && entry.outcome == u"replaced")
    return Words::tr("You changed what %1 may do with %2").arg(who, what);
  if (event == u"expire" && entry.outcome == u"lapsed")
    return Words::tr("%1 did not use %2 for 60 days: it asks again").arg(who, what);
  if (event == u"expire" && entry.outcome == u"moved")
    return Words::tr("%1 lost %2: it was moved to where it may not be had").arg(who, what);
  if (event == u"expire" && entry.outcome == u"replaced")
    return Words::tr("%1 lost %2: another thing has that name now").arg(who, what);
  if (event == u"moved") return Words::tr("What %1 may use was moved: it is %2 now").arg(who, what);
  if (event == u"keep" && entry.outcome == u"kept")
    return Words::tr("%1 may use %2 also if unused for long").arg(who, what);
  if (event == u"keep") return Words::tr("%1 asks again if %2 is unused for 60 days").arg(who, what);
  if (event == u"revoke") return Words::tr("You stopped %1 using %2").arg(who, what);
  if (event == u"suspend") return Words::tr("You paused %1 using %2").arg(who, what);
  if (event == u"resume") return Words::tr("%1 may use %2 again").arg(who, what);
  if (event == u"expire" && entry.outcome == u"used up")
    return Words::tr("%1 has used up what it may exchange with %2: it asks again").arg(who, what);
  if (event == u"rest") return Words::tr("%1 has used up what it may exchange with %2 today").arg(who, what);
  if (event == u"wake") return Words::tr("Another day: %1 may use %2 again").arg(who, what);
  if (event == u"expire") return Words::tr("The time of %1 with %2 was over").arg(who, what);
  if (event == u"broker" && entry.outcome == u"started") return Words::tr("Latchkey was started");
  if (event == u"broker" && entry.outcome == u"stopped") return Words::tr("Latchkey ended");
  if (event == u"broker") return Words::tr("Latchkey: %1").arg(entry.outcome.isEmpty() ? what : entry.outcome);
  if (event == u"answer") {
    if (entry.outcome == u"allowed") return Words::tr("You allowed %1 to use %2").arg(who, what);
    if (entry.outcome == u"denied") return Words::tr("You did not allow %1 to use %2").arg(who, what);
    if (entry.outcome == u"never") return Words::tr("You never allow %1 to use %2").arg(who, what);
    if (entry.outcome == u"dismissed") return Words::tr("The question of %1 about %2 was closed").arg(who, what);
    if (entry.outcome == u"timed-out")
      return Words::tr("The question of %1 about %2 got no answer in time").arg(who, what);
    return Words::tr("%1 no longer asked for %2").arg(who, what);
  }
  return Words::tr("%1: %2").arg(who, what);
}

QString symbol(const Grant& grant) {
  auto* right = rightOf(grant.kind, grant.object.target);
  return right ? QString::fromLatin1(right->symbol) : symbol(grant.kind);
}

QString screen(const QString& desktop) {
  if (desktop == u"wayland") return Words::tr("sees only its own windows");
  if (desktop == u"own X server") return Words::tr("has a screen of its own");
  if (desktop == u"shared X server") return Words::tr("sees and controls your whole screen");
  if (desktop == u"none") return Words::tr("has no screen");
  return {};
}

QString symbol(const Request& request) {
  if (request.network && (request.network->place != NetworkWish::Place::Internet || !request.network->local.isEmpty()))
    return QStringLiteral("machines");
  if (request.directory || (request.chooser && request.chooser->folders())) return QStringLiteral("folder");
  if (request.opener) return QStringLiteral("apps");
  auto* right = rightOf(request.kind, request.object.target);
  return right ? QString::fromLatin1(right->symbol) : symbol(request.kind);
}

QString symbol(Terms::Kind kind) {
  switch (kind) {
    case Terms::Kind::File: return QStringLiteral("file");
    case Terms::Kind::Folder: return QStringLiteral("folder");
    case Terms::Kind::Network: return QStringLiteral("network");
    case Terms::Kind::Listen: return QStringLiteral("listen");
    case Terms::Kind::Service: return QStringLiteral("service");
    case Terms::Kind::Desktop: return QStringLiteral("screen");
    case Terms::Kind::Device: return QStringLiteral("device");
    case Terms::Kind::App: return QStringLiteral("apps");
    case Terms::Kind::Window: return QStringLiteral("screen");
  }
  return {};
}

}  // namespace latchkey::ui::wording

// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/ui/network-words.h"

#include <QCoreApplication>

#include "app/ui/wording.h"
#include "broker/base/name-services.h"
#include "broker/base/service.h"

namespace latchkey::ui::wording {
namespace {

struct Words {
  Q_DECLARE_TR_FUNCTIONS(NetworkWords)
};

// A destination taken apart for reading. Nothing is decided by it.
struct Parts {
  QString host;
  QString port;
  QString protocol;
  bool local = false;
};

Parts partsOf(QString text) {
  Parts parts;
  if (text.endsWith(u"@local")) {
    parts.local = true;
    text.chop(6);
  }
  auto slash = text.lastIndexOf(u'/');
  if (auto word = text.mid(slash + 1); slash > 0 && !word.isEmpty() && word[0].isLetter()) {
    parts.protocol = word;
    text.truncate(slash);
  }
  auto colon = text.lastIndexOf(u':');
  // An IPv6 address stands in brackets; one without a port has no colon behind them.
  bool single = colon > 0 && (text[colon - 1] == u']' || text.indexOf(u':') == colon);
  if (single) {
    parts.port = text.mid(colon + 1);
    text.truncate(colon);
  }
  parts.host = text;
  return parts;
}

QString serviceWord(const QString& service) {
  if (service == u"http") return Words::tr("web page");
  if (service == u"https") return Words::tr("web page, encrypted");
  if (service == u"imap" || service == u"imaps" || service == u"imap2" || service == u"pop3" || service == u"pop3s" ||
      service == u"smtp" || service == u"submission" || service == u"submissions")
    return Words::tr("mail");
  if (service == u"ssh") return Words::tr("remote terminal");
  if (service == u"domain" || service == u"domain-s") return Words::tr("look-up of names");
  if (service == u"ftp" || service == u"ftps") return Words::tr("files");
  if (service == u"ntp") return Words::tr("time");
  if (service == u"microsoft-ds" || service == u"netbios-ssn" || service == u"nfs") return Words::tr("file sharing");
  if (service == u"ipp" || service == u"printer") return Words::tr("printing");
  if (service == u"postgresql" || service == u"mysql" || service == u"redis" || service == u"mongodb")
    return Words::tr("database");
  if (service == u"xmpp-client" || service == u"ircs-u" || service == u"ircd") return Words::tr("chat");
  if (service == u"git") return Words::tr("source code");
  return service.isEmpty() ? QString() : isolated(service);
}

// The few that everybody meets; what else speaks on a port the broker says with the question.
QString serviceAt(const QString& port) {
  static const QHash<QString, QString> known{
      {QStringLiteral("22"), QStringLiteral("ssh")},           {QStringLiteral("25"), QStringLiteral("smtp")},
      {QStringLiteral("53"), QStringLiteral("domain")},        {QStringLiteral("80"), QStringLiteral("http")},
      {QStringLiteral("143"), QStringLiteral("imap")},         {QStringLiteral("443"), QStringLiteral("https")},
      {QStringLiteral("445"), QStringLiteral("microsoft-ds")}, {QStringLiteral("465"), QStringLiteral("submissions")},
      {QStringLiteral("587"), QStringLiteral("submission")},   {QStringLiteral("631"), QStringLiteral("ipp")},
      {QStringLiteral("993"), QStringLiteral("imaps")},        {QStringLiteral("5432"), QStringLiteral("postgresql")},
  };
  return known.value(port);
}

QString portWords(const QString& port, const QString& protocol, const QString& service) {
  if (protocol == u"ping") return Words::tr("whether it is there (ping)");
  if (protocol == u"name") return Words::tr("a look-up of more than its address");
  if (port.isEmpty()) return Words::tr("every port");
  auto number = port.contains(u'-') ? Words::tr("ports %1").arg(port) : Words::tr("port %1").arg(port);
  if (protocol == u"udp") number = Words::tr("%1, UDP", "a port").arg(number);
  auto word = serviceWord(service);
  return word.isEmpty() ? number : Words::tr("%1 (%2)", "a service, its port").arg(word, number);
}

// An address of digits and colons has no direction of its own: from right to left its parts would change places.
QString bare(const QString& host) {
  return host.startsWith(u'[') && host.endsWith(u']') ? isolated(host.mid(1, host.size() - 2)) : host;
}

}  // namespace

QString destination(const QString& target) {
  auto parts = partsOf(target);
  if (parts.host == u"internet") return Words::tr("the Internet");
  if (parts.host == u"local-network") return Words::tr("your local network");
  if (parts.host == u"everything") return Words::tr("every network");
  if (parts.host.startsWith(u"*.")) return Words::tr("%1 and all below it").arg(isolated(parts.host.mid(2)));
  return bare(parts.host);
}

QString destinationDetail(const QString& target) {
  auto parts = partsOf(target);
  if (parts.host == u"internet") return Words::tr("not your local network");
  if (parts.host == u"local-network") return Words::tr("not the Internet");
  if (parts.host == u"everything") return Words::tr("the Internet and your local network");
  auto port = portWords(parts.port, parts.protocol, serviceAt(parts.port));
  bool six = parts.host.startsWith(u'[') && parts.host.endsWith(u']');
  auto host = six ? parts.host.mid(1, parts.host.size() - 2) : parts.host;
  auto detail = parts.local ? Words::tr("in your local network · %1").arg(port) : port;
  if (!answersForNames(host.toStdString(), parts.port.toUShort(), parts.protocol.toStdString())) return detail;
  return Words::tr("%1 · it answers for names: what comes then is asked about without one", "a port").arg(detail);
}

QString destinationNoun(const QString& target) {
  auto parts = partsOf(target);
  auto name = destination(target);
  if (parts.port.isEmpty() || parts.host.startsWith(u"*.")) return isolated(name);
  return Words::tr("%1, port %2", "a computer's name, a number").arg(isolated(name), parts.port);
}

QString listening(const QString& target) {
  auto port = target.section(u'@', 0, 0).section(u'/', 0, 0);
  return Words::tr("what it offers on port %1").arg(port);
}

QString listeningDetail(const QString& target) {
  auto where = target.section(u'@', 1);
  const auto proxy = QStringLiteral("+proxy");
  bool told = where.endsWith(proxy);
  if (told) where.chop(proxy.size());
  auto words = where == u"localhost" ? Words::tr("for this computer only")
               : where == u"network" ? Words::tr("for your local network")
                                     : Words::tr("at the address %1").arg(isolated(where));
  return told ? Words::tr("%1; it is told who comes", "%1: whom a port is offered to").arg(words) : words;
}

QString service(const QString& target) {
  auto known = serviceFrom(target.toStdString());
  KJ_IF_MAYBE (service, known) {
    auto listener = listenerFrom(service->source);
    KJ_IF_MAYBE (at, listener) {
      if (at->holder.empty()) return Words::tr("port %1 of this computer").arg(QString::number(at->port));
      return Words::tr("port %1 of %2").arg(QString::number(at->port), isolated(QString::fromStdString(at->holder)));
    }
    return isolated(QString::fromStdString(service->source));
  }
  return isolated(target);
}

QString serviceDetail(const QString& target) {
  auto known = serviceFrom(target.toStdString());
  KJ_IF_MAYBE (service, known) {
    auto place = service->place();
    KJ_IF_MAYBE (at, place) {
      return Words::tr("found at %1 and localhost, port %2")
          .arg(isolated(QString::fromStdString(at->name)), QString::number(at->firstPort));
    }
    if (!service->name.empty()) return Words::tr("offered as %1").arg(isolated(QString::fromStdString(service->name)));
  }
  return Words::tr("Service");
}

QString wish(const NetworkWish& wish) {
  if (!wish.local.isEmpty() || wish.place == NetworkWish::Place::LocalNetwork)
    return Words::tr("wants to reach a device in your local network");
  if (wish.place == NetworkWish::Place::ThisComputer) return Words::tr("wants to reach a service of this computer");
  if (wish.protocol == u"name") return Words::tr("wants to look up");
  return Words::tr("wants to connect to");
}

QString detail(const NetworkWish& wish) {
  return portWords(wish.port == 0 ? QString() : QString::number(wish.port), wish.protocol, wish.service);
}

QString remark(const NetworkWish& wish) {
  if (!wish.local.isEmpty()) return Words::tr("this name leads to %1").arg(isolated(wish.local));
  if (answersForNames(wish.host.toStdString(), wish.port, wish.protocol.toStdString()))
    return Words::tr("it answers for names: what the app then connects to, it asks about without a name");
  if (wish.raw) return Words::tr("it gave no name");
  return {};
}

QString scope(Terms::Scope scope, const NetworkWish& wish) {
  auto host = isolated(wish.host);
  switch (scope) {
    case Terms::Scope::Port: return Words::tr("%1, this port only").arg(host);
    case Terms::Scope::Host: return Words::tr("%1, every port").arg(host);
    case Terms::Scope::Domain: return Words::tr("%1 and all below it").arg(isolated(wish.domain));
    case Terms::Scope::Network:
      return wish.place == NetworkWish::Place::Internet && wish.local.isEmpty()
                 ? Words::tr("the Internet, not your local network")
                 : Words::tr("your local network");
    default: return host;
  }
}

QString ending(Connection::Ending why) {
  using Why = Connection::Ending;
  switch (why) {
    case Why::None: break;
    case Why::Finished: return Words::tr("finished");
    case Why::EndedByYou: return Words::tr("ended by you");
    case Why::PausedByYou: return Words::tr("paused by you");
    case Why::PermissionOver: return Words::tr("its permission was over");
    case Why::TimeOver: return Words::tr("its time was over");
    case Why::BytesUsedUp: return Words::tr("its allowance was used up");
    case Why::NetworkOff: return Words::tr("the network was switched off");
    case Why::Denied: return Words::tr("not allowed");
    case Why::NotFound: return Words::tr("no such name");
    case Why::NotReachable: return Words::tr("not reachable");
    case Why::NoAnswer: return Words::tr("no answer");
    case Why::RefusedByOtherSide: return Words::tr("refused by the other side");
    case Why::BrokenOffByApp: return Words::tr("broken off by the app");
    case Why::BrokenOffByOtherSide: return Words::tr("broken off by the other side");
    case Why::GivenUpByApp: return Words::tr("given up by the app");
    case Why::NothingListens: return Words::tr("nothing listens inside");
    case Why::Failed: return Words::tr("failed");
  }
  return Words::tr("ended");
}

QString progress(const Connection& connection) {
  if (connection.state == Connection::State::Held) return Words::tr("waits for you");
  if (connection.state == Connection::State::Connecting) return Words::tr("is being connected");
  auto moved = Words::tr("%1 in, %2 out").arg(size(connection.bytesIn), size(connection.bytesOut));
  if (connection.state == Connection::State::Open) {
    return Words::tr("since %1 · %2", "a time, amounts").arg(moment(connection.since), moved);
  }
  return Words::tr("%1 %2 · %3", "how it ended, when, amounts")
      .arg(ending(connection.ending), moment(connection.ended), moved);
}

}  // namespace latchkey::ui::wording

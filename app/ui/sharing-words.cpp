// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/ui/sharing-words.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QLocale>
#include <QRegularExpression>

#include <algorithm>
#include <cmath>

#include "app/ui/wording.h"
#include "broker/base/service.h"

namespace latchkey::ui::wording {
namespace {

struct Sharing {
  Q_DECLARE_TR_FUNCTIONS(Sharing)
};

constexpr qsizetype LONGEST_TITLE = 60;
const auto BETWEEN = QStringLiteral(" · ");

QString times(quint64 count) { return Sharing::tr("%Ln use(s)", nullptr, int(qMin<quint64>(count, 1'000'000'000))); }

QString stateWord(const MachineOffer& offer) {
  if (offer.state == MachineOffer::State::Declined) return Sharing::tr("Given back or declined by you");
  switch (offer.cause) {
    case MachineOffer::Cause::EndedByOwner: return Sharing::tr("Ended by its owner");
    case MachineOffer::Cause::Expired: return Sharing::tr("Expired");
    case MachineOffer::Cause::UsedUp: return Sharing::tr("Used up");
    case MachineOffer::Cause::OwnerLost: return Sharing::tr("Its owner does not have it any more");
    case MachineOffer::Cause::Replaced: return Sharing::tr("Replaced by its owner");
    default: return offer.why.isEmpty() ? Sharing::tr("Over") : isolated(offer.why);
  }
}

}  // namespace

namespace {

// How another machine's app is. What was running when the connection was lost may go on there.
QString runState(const MachineOffer& offer, bool reachable) {
  auto since = moment(offer.run.since);
  switch (offer.run.state) {
    case FarRun::State::Starting:
      if (reachable) return Sharing::tr("Starting…");
      [[fallthrough]];
    case FarRun::State::Running:
      return reachable ? Sharing::tr("Running since %1", "a moment").arg(since)
                       : Sharing::tr("It ran when the connection was lost");
    default: break;
  }
  if (!offer.refused.isEmpty()) return Sharing::tr("Refused");
  switch (offer.run.state) {
    case FarRun::State::Exited:
      return (offer.run.code == 0 ? Sharing::tr("Ended")
                                  : Sharing::tr("Ended with status %1").arg(QLocale().toString(offer.run.code))) +
             BETWEEN + since;
    case FarRun::State::Signalled:
      return Sharing::tr("Ended by signal %1").arg(QLocale().toString(offer.run.code)) + BETWEEN + since;
    case FarRun::State::Failed: return Sharing::tr("It could not be started there") + BETWEEN + since;
    default: return Sharing::tr("Not running");
  }
}

}  // namespace

QString offerKind(const MachineOffer& offer) {
  if (offer.kind == Terms::Kind::Service) return Sharing::tr("A service");
  if (offer.kind == Terms::Kind::Network) return Sharing::tr("A computer of its network");
  if (offer.ofApp()) return Sharing::tr("An app, to start and stop there");
  bool change = offer.access == Terms::Access::Write;
  if (offer.kind == Terms::Kind::Folder)
    return change ? Sharing::tr("A folder, to read and change") : Sharing::tr("A folder, to read");
  if (offer.kind == Terms::Kind::File)
    return change ? Sharing::tr("A file, to read and change") : Sharing::tr("A file, to read");
  return Sharing::tr("%1, which this version cannot use").arg(kind(offer.kind));
}

QString offerTitle(const QString& title) {
  auto shown = title.simplified();
  // Both ends of a name matter to who reads it.
  if (shown.size() > LONGEST_TITLE) shown = shown.left(LONGEST_TITLE - 20) + u'…' + shown.right(19);
  return shown.isEmpty() ? Sharing::tr("(no name)") : Sharing::tr("“%1”").arg(isolated(shown));
}

QString wished(Terms::Kind kind, const QString& name) {
  auto called = name.trimmed().isEmpty() ? QString() : offerTitle(name);
  switch (kind) {
    case Terms::Kind::File: return called.isEmpty() ? Sharing::tr("a file") : Sharing::tr("the file %1").arg(called);
    case Terms::Kind::Folder:
      return called.isEmpty() ? Sharing::tr("a folder") : Sharing::tr("the folder %1").arg(called);
    case Terms::Kind::Network:
      return called.isEmpty() ? Sharing::tr("a computer that it can reach")
                              : Sharing::tr("%1, which it can reach", "a computer").arg(called);
    default:
      return called.isEmpty() ? Sharing::tr("something that runs there")
                              : Sharing::tr("%1, which runs there", "a service").arg(called);
  }
}

QString wishState(const MachineWish& wish) {
  switch (wish.state) {
    case MachineWish::State::Waiting:
      return (wish.why.isEmpty() ? Sharing::tr("waiting for an answer") : Sharing::tr("asked when it is connected")) +
             BETWEEN + moment(wish.since);
    case MachineWish::State::Given: return Sharing::tr("given") + BETWEEN + moment(wish.decided);
    case MachineWish::State::Declined: return Sharing::tr("not given") + BETWEEN + moment(wish.decided);
    case MachineWish::State::Withdrawn: return Sharing::tr("taken back by you");
    case MachineWish::State::Failed: return wish.why.isEmpty() ? Sharing::tr("could not be asked") : isolated(wish.why);
  }
  return {};
}

QString receivedThing(const Object& object) {
  if (!object.path.isEmpty()) return offerTitle(QString::fromUtf8(object.path.mid(object.path.lastIndexOf('/') + 1)));
  KJ_IF_MAYBE (service, serviceFrom(object.target.toStdString()))
    return offerTitle(QString::fromStdString(service->source));
  return offerTitle(object.target);
}

QString offerTerms(const MachineOffer& offer) {
  QStringList parts;
  if (!offer.ended()) {
    parts << (offer.until
                  ? Sharing::tr("until %1").arg(exactly(QDateTime::fromMSecsSinceEpoch(offer.until / 1'000'000)))
                  : Sharing::tr("until its owner ends it"));
  }
  if (offer.uses) parts << Sharing::tr("at most %1", "so many uses").arg(times(offer.uses));
  if (offer.bytes) parts << Sharing::tr("at most %1", "so many bytes").arg(size(offer.bytes));
  if (!offer.ended() && offer.mayPassOn) parts << Sharing::tr("you may pass it on");
  auto terms = parts.join(BETWEEN);
  // Of one that is over they stand behind the words about that.
  return offer.ended() ? terms : terms.left(1).toUpper() + terms.mid(1);
}

QString offerState(const MachineOffer& offer, bool reachable, const QList<Grant>& uses) {
  if (offer.ended()) {
    auto word = stateWord(offer);
    return offer.over ? word + BETWEEN + moment(offer.over) : word;
  }
  if (offer.suspended) return Sharing::tr("Paused by its owner");
  QStringList parts;
  quint32 live = 0;
  Nanos used = 0;
  for (const auto& use : uses) {
    live += use.live;
    used = qMax(used, use.used);
  }
  if (offer.state == MachineOffer::State::New) parts << Sharing::tr("Offered %1", "a moment").arg(moment(offer.since));
  else if (offer.ofApp()) parts << runState(offer, reachable);
  else if (live) parts << Sharing::tr("In use");
  else if (uses.isEmpty() && offer.ofFiles()) parts << Sharing::tr("Among your files; no app has it");
  else if (uses.isEmpty()) parts << Sharing::tr("No app has it yet");
  else parts << (used ? Sharing::tr("Last used %1", "a moment").arg(moment(used)) : Sharing::tr("Not used yet"));
  if (!reachable) parts << Sharing::tr("cannot be reached now");
  return parts.join(BETWEEN);
}

QString offerChain(const MachineOffer& offer, const QString& from) {
  if (offer.chain.isEmpty()) return {};
  // As the eye goes from the first to the last, in both directions of writing.
  bool mirrored = QLocale().textDirection() == Qt::RightToLeft;
  QStringList names;
  for (const auto& name : offer.chain) names << isolated(name.simplified());
  names << isolated(from);
  return names.join(mirrored ? QStringLiteral(" ← ") : QStringLiteral(" → "));
}

QString shareNote(const Grant& grant, const ShareMark& mark, const QString& from) {
  QStringList parts;
  if (!grant.over() && !mark.grant.isEmpty() && !mark.taken) parts << Sharing::tr("not accepted yet");
  if (grant.mostUses)
    parts << Sharing::tr("%1 of %2", "uses").arg(QLocale().toString(grant.uses), times(grant.mostUses));
  else if (grant.uses) parts << times(grant.uses);
  if (grant.bytesInAll) parts << Sharing::tr("%1 of %2", "sizes").arg(size(grant.bytes), size(grant.bytesInAll));
  else if (grant.bytes) parts << size(grant.bytes);
  if (!grant.over() && mark.mayPassOn) parts << Sharing::tr("may be passed on");
  if (!from.isEmpty()) parts << Sharing::tr("passed on from %1").arg(isolated(from));
  return parts.join(BETWEEN);
}

QString shareSentence(const QString& machine, const QString& thing, const ShareOrder& order) {
  QStringList sentences;
  bool files = order.kind == Terms::Kind::File || order.kind == Terms::Kind::Folder;
  bool change = order.access == Terms::Access::Write, app = order.kind == Terms::Kind::App;
  if (order.lifetime.lasting == Terms::Lasting::Until) {
    auto sentence = app      ? Sharing::tr("%1 may start and stop %2 until %3.")
                    : !files ? Sharing::tr("%1 may use %2 until %3.")
                    : change ? Sharing::tr("%1 may read and change %2 until %3.")
                             : Sharing::tr("%1 may read %2 until %3.");
    sentences << sentence.arg(isolated(machine), thing,
                              exactly(QDateTime::fromMSecsSinceEpoch(order.lifetime.until / 1'000'000)));
  } else {
    auto sentence = app      ? Sharing::tr("%1 may start and stop %2 until you stop it.")
                    : !files ? Sharing::tr("%1 may use %2 until you stop it.")
                    : change ? Sharing::tr("%1 may read and change %2 until you stop it.")
                             : Sharing::tr("%1 may read %2 until you stop it.");
    sentences << sentence.arg(isolated(machine), thing);
  }
  if (order.uses) sentences << Sharing::tr("At most %1.", "so many uses").arg(times(order.uses));
  if (order.bytes) sentences << Sharing::tr("At most %1.", "so many bytes").arg(size(order.bytes));
  if (app) sentences << Sharing::tr("It sees whether it runs, and nothing that it says.");
  if (order.mayPassOn) sentences << Sharing::tr("It may let other machines use it too.");
  return sentences.join(u' ');
}

std::optional<quint64> countFrom(const QString& typed) {
  bool isNumber = false;
  auto number = QLocale().toULongLong(typed.trimmed(), &isNumber);
  if (!isNumber) number = typed.trimmed().toULongLong(&isNumber);
  if (!isNumber || number == 0 || number > 1'000'000'000) return std::nullopt;
  return number;
}

std::optional<quint64> sizeFrom(const QString& typed) {
  static const QRegularExpression shape(QStringLiteral(R"(^\s*(\S+?)\s*([KMGT]?)B?\s*$)"),
                                        QRegularExpression::CaseInsensitiveOption);
  auto match = shape.match(typed);
  if (!match.hasMatch()) return std::nullopt;
  bool isNumber = false;
  auto number = QLocale().toDouble(match.captured(1), &isNumber);
  if (!isNumber) number = match.captured(1).toDouble(&isNumber);
  // As they are shown: in thousands.
  const auto unit = match.captured(2).toUpper();
  auto power = unit.isEmpty() ? 0 : QStringLiteral("KMGT").indexOf(unit) + 1;
  auto bytes = std::round(number * std::pow(1000.0, double(power)));
  constexpr double MOST = 1e15;
  if (!isNumber || !(bytes >= 1) || bytes > MOST) return std::nullopt;
  return quint64(bytes);
}

}  // namespace latchkey::ui::wording

// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/ui/sharing-line.h"

#include "app/ui/convert.h"
#include "app/ui/session-line.h"

namespace latchkey::ui {
namespace {

const auto WATCHING = QStringLiteral("watching what is shared");

schema::Sharing::Client sharingOf(schema::Person::Client& person) {
  return person.sharingRequest().send().getSharing();
}

template <typename Request>
kj::Promise<QString> madeBy(Request request) {
  auto answer = co_await request.send();
  co_return parts::id(answer.getGrant());
}

template <typename Request>
kj::Promise<QString> wishBy(Request request) {
  auto answer = co_await request.send();
  co_return parts::id(answer.getWish());
}

kj::Promise<QList<Listener>> listenersOf(schema::Person::Client person) {
  auto answer = co_await person.listenersRequest().send();
  co_return listFromSchema(answer.getList());
}

}  // namespace

struct SharingLine::All {
  QList<MachineOffer> offers;
  QList<ShareMark> marks;
  QList<MachineWish> wishes;

  static kj::Promise<All> of(schema::Sharing::Client sharing) {
    auto asking = sharing.offersRequest();
    asking.setOver(true);
    auto offers = asking.send();
    auto shares = sharing.sharesRequest().send();
    // A broker of a time before anybody could be asked has none.
    auto wishes = sharing.wishesRequest().send().then([](auto answer) { return listFromSchema(answer.getList()); },
                                                      [](kj::Exception&&) { return QList<MachineWish>(); });
    All all;
    all.offers = listFromSchema((co_await offers).getList());
    all.marks = listFromSchema((co_await shares).getList());
    all.wishes = co_await wishes;
    co_return all;
  }
};

SharingLine::SharingLine(Session& session, QObject* parent) : QObject(parent), m_session(session) {
  connect(&session, &Session::onlineChanged, this, [this] {
    if (m_session.online()) watch();
  });
  if (session.online()) watch();
}

SharingLine::~SharingLine() { m_session.m_line->callOff(WATCHING); }

void SharingLine::watch() {
  auto* connection = m_session.m_line.get();
  auto changed = [connection, there = QPointer<SharingLine>(this)] {
    connection->tell([there](Session&) {
      if (there) there->read();
    });
  };
  connection->begin(WATCHING, [changed](schema::Person::Client person) -> kj::Promise<void> {
    auto request = sharingOf(person).watchRequest();
    request.setObserver(kj::heap<ChangeWatcher<schema::SharingObserver>>(changed));
    return request.send()
        .then([](auto&& watching) { return kj::Promise<void>(kj::NEVER_DONE).attach(kj::mv(watching)); })
        .catch_([](kj::Exception&& exception) {
          // A broker of a time before anything could be shared.
          if (exception.getType() != kj::Exception::Type::UNIMPLEMENTED) kj::throwFatalException(kj::mv(exception));
        });
  });
}

void SharingLine::read() {
  if (!m_session.online()) return;
  m_session.m_line->tryAsk<All>(
      this, [](schema::Person::Client& person) { return All::of(sharingOf(person)); },
      [this](const QString& fault, All& all) {
        if (!fault.isEmpty()) return;
        Q_EMIT told(all.offers, all.marks);
        Q_EMIT wishesTold(all.wishes);
      });
}

void SharingLine::share(const ShareOrder& order, QObject* context, Then<QString, QString> then) {
  m_session.m_line->tryAsk<QString>(
      context,
      [order](schema::Person::Client& person) {
        auto request = sharingOf(person).shareRequest();
        toSchema(order, request);
        return madeBy(kj::mv(request));
      },
      then);
}

void SharingLine::accept(const Use& use, QObject* context, Then<QString, QString> then) {
  m_session.m_line->tryAsk<QString>(
      context,
      [use](schema::Person::Client& person) {
        auto request = sharingOf(person).acceptRequest();
        request.setOffer(use.offer.toStdString().c_str());
        request.setHolder(use.holder.toStdString().c_str());
        request.setPlace(use.place.toStdString().c_str());
        request.setInstance(use.instance.toStdString().c_str());
        return madeBy(kj::mv(request));
      },
      then);
}

void SharingLine::decline(const QString& offer, QObject* context, Then<QString> then) {
  m_session.m_line->tryAsk<Nothing>(
      context,
      [offer](schema::Person::Client& person) {
        auto request = sharingOf(person).declineRequest();
        request.setOffer(offer.toStdString().c_str());
        return sent(kj::mv(request));
      },
      [then](const QString& fault, Nothing&) { then(fault); });
}

void SharingLine::start(const QString& offer, QObject* context, Then<QString> then) {
  m_session.m_line->tryAsk<Nothing>(
      context,
      [offer](schema::Person::Client& person) {
        auto request = sharingOf(person).startRequest();
        request.setOffer(offer.toStdString().c_str());
        return sent(kj::mv(request));
      },
      [then](const QString& fault, Nothing&) { then(fault); });
}

void SharingLine::stop(const QString& offer, QObject* context, Then<QString> then) {
  m_session.m_line->tryAsk<Nothing>(
      context,
      [offer](schema::Person::Client& person) {
        auto request = sharingOf(person).stopRequest();
        request.setOffer(offer.toStdString().c_str());
        return sent(kj::mv(request));
      },
      [then](const QString& fault, Nothing&) { then(fault); });
}

void SharingLine::answer(const QString& request, const ShareOrder& order, QObject* context,
                         Then<QString, QString> then) {
  m_session.m_line->tryAsk<QString>(
      context,
      [request, order](schema::Person::Client& person) {
        auto call = person.answerRequest();
        call.setRequest(request.toStdString().c_str());
        toSchema(order, call.initAnswer());
        return madeBy(kj::mv(call));
      },
      then);
}

void SharingLine::ask(const WishOrder& order, QObject* context, Then<QString, QString> then) {
  m_session.m_line->tryAsk<QString>(
      context,
      [order](schema::Person::Client& person) {
        auto request = sharingOf(person).askRequest();
        toSchema(order, request.initWish());
        request.setKeep(true);
        return wishBy(kj::mv(request));
      },
      then);
}

void SharingLine::takeBack(const QString& wish, QObject* context, Then<QString> then) {
  m_session.m_line->tryAsk<Nothing>(
      context,
      [wish](schema::Person::Client& person) {
        auto request = sharingOf(person).takeBackRequest();
        request.setWish(wish.toStdString().c_str());
        return sent(kj::mv(request));
      },
      [then](const QString& fault, Nothing&) { then(fault); });
}

void SharingLine::listeners(QObject* context, Then<QList<Listener>> then) {
  m_session.m_line->tryAsk<QList<Listener>>(
      context, [](schema::Person::Client& person) { return listenersOf(person); },
      [then](const QString&, QList<Listener>& list) { then(list); });
}

}  // namespace latchkey::ui

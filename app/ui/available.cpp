// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/ui/available.h"

#include "app/ui/package-words.h"
#include "app/ui/wording.h"

namespace latchkey::ui {

Available::Available(Session& session, PackageLine& line, Installing& installing, QObject* parent)
    : QAbstractListModel(parent), m_session(session), m_line(line), m_installing(installing) {
  // Installed by now, or offered.
  connect(&line, &PackageLine::repositoriesTold, this, &Available::ask);
  connect(&session, &Session::onlineChanged, this, [this] {
    m_asking = false;
    if (!m_session.online()) take({});
    ask();
  });
}

QVariant Available::data(const QModelIndex& index, int role) const {
  if (!index.isValid() || index.row() >= count()) return {};
  const auto& offer = m_found.list[index.row()];
  switch (role) {
    case NameRole: return offer.text.name;
    case SummaryRole: return offer.text.summary;
    case SourceRole: return wording::offered(offer);
    case SignerRole: return wording::offerSigner(offer);
    case KnownRole: return !offer.signer.signs.isEmpty();
    default: return {};
  }
}

QHash<int, QByteArray> Available::roleNames() const {
  return {{NameRole, "name"},
          {SummaryRole, "summary"},
          {SourceRole, "source"},
          {SignerRole, "signer"},
          {KnownRole, "known"}};
}

QString Available::rest() const {
  auto more = m_found.whole - count();
  return more > 0 ? tr("%Ln more: type more of the name", nullptr, more) : QString();
}

void Available::setSearch(const QString& search) {
  auto wanted = search.simplified();
  if (wanted == m_search) return;
  m_search = wanted;
  Q_EMIT searchChanged();
  ask();
}

void Available::ask() {
  if (m_search.isEmpty()) return take({});
  if (!m_session.online()) return;
  if (m_asking) {
    m_again = true;
    return;
  }
  m_asking = true;
  m_again = false;
  m_line.search(m_search.split(u' '), MOST, this, [this](const QString& fault, const FoundOffers& found) {
    m_asking = false;
    if (m_again) return ask();
    take(fault.isEmpty() && !m_search.isEmpty() ? found : FoundOffers());
  });
}

void Available::take(FoundOffers found) {
  auto same = [](const PackageOffer& one, const PackageOffer& other) {
    return one.followed == other.followed && one.text.id == other.text.id && one.channel == other.channel &&
           one.text.version == other.text.version;
  };
  bool moved = !std::ranges::equal(found.list, m_found.list, same);
  if (!moved && found.whole == m_found.whole) return;
  if (moved) beginResetModel();
  m_found = std::move(found);
  if (moved) endResetModel();
  Q_EMIT changed();
}

void Available::look(int row) {
  if (row >= 0 && row < count()) m_installing.lookOffer(m_found.list[row]);
}

}  // namespace latchkey::ui

// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/ui/app-opener.h"

#include <QMimeDatabase>

#include <algorithm>

#include "app/ui/wording.h"

namespace latchkey::ui {
namespace {

const QLatin1String SCHEME("x-scheme-handler/");

OpeningApp shownApp(const App& app) {
  return {app.id, app.name, app.comment,
          QUrl(QStringLiteral("image://app/") + QString::fromLatin1(QUrl::toPercentEncoding(app.id)))};
}

bool opens(const App& app, const QString& type, const Associations& set) {
  if (set.removed.contains(app.id)) return false;
  if (set.defaults.contains(app.id) || set.added.contains(app.id)) return true;
  if (app.types.contains(type)) return true;
  if (type.startsWith(SCHEME)) return false;
  auto wanted = QMimeDatabase().mimeTypeForName(type);
  return std::ranges::any_of(app.types, [&](const QString& can) { return wanted.isValid() && wanted.inherits(can); });
}

}  // namespace

AddressParts addressParts(const QString& address) {
  auto colon = address.indexOf(QLatin1String("://"));
  // What programs read in different ways: a backslash, a blank, an escape of ours for what cannot be seen.
  if (colon <= 0 || address.contains(u'\\') || address.contains(u' ')) return {address, {}, {}};
  auto from = colon + 3;
  auto end = from;
  while (end < address.size() && !QStringView(u"/?#").contains(address[end])) ++end;
  auto at = address.lastIndexOf(u'@', end - 1);
  if (at >= from) from = at + 1;
  auto hostEnd = end;
  auto portColon = address.lastIndexOf(u':', end - 1);
  if (portColon > from && !address.mid(portColon, end - portColon).contains(u']')) hostEnd = portColon;
  return {address.left(from), address.mid(from, hostEnd - from), address.mid(hostEnd)};
}

QList<App> appsFor(const QList<App>& apps, const QString& type, const Associations& set, const QString& asker) {
  QList<App> can;
  for (const auto& app : apps) {
    if (app.id != asker && opens(app, type, set)) can << app;
  }
  auto rank = [&](const App& app) {
    auto place = set.defaults.indexOf(app.id);
    if (place >= 0) return place;
    return set.defaults.size() + (set.added.contains(app.id) ? 0 : 1);
  };
  std::ranges::stable_sort(can, [&](const App& a, const App& b) {
    if (rank(a) != rank(b)) return rank(a) < rank(b);
    return a.name.localeAwareCompare(b.name) < 0;
  });
  return can;
}

AppOpener::AppOpener(Question& question, const Catalog& catalog, const QList<QByteArray>& lists, QObject* parent)
    : QObject(parent),
      m_question(question),
      m_wish(question.request().opener.value_or(OpenerWish())),
      m_address(addressParts(m_wish.uri)),
      m_catalog(catalog.apps()) {
  auto asker = question.app().section(u'@', 0, 0);
  const auto can = appsFor(m_catalog, m_wish.type, associationsOf(lists, m_wish.type), asker);
  for (const auto& app : can) m_apps << shownApp(app);
  if (m_apps.isEmpty()) showAll();
  else m_current = 0;
}

void AppOpener::showAll() {
  if (m_showsAll) return;
  m_showsAll = true;
  auto sorted = m_catalog;
  std::ranges::stable_sort(sorted, [](const App& a, const App& b) { return a.name.localeAwareCompare(b.name) < 0; });
  for (const auto& app : std::as_const(sorted)) {
    bool known = std::ranges::find(m_apps, app.id, &OpeningApp::id) != m_apps.end();
    if (!known && app.id != m_question.app().section(u'@', 0, 0)) m_apps << shownApp(app);
  }
  Q_EMIT appsChanged();
}

QString AppOpener::plainHost() const {
  auto plain = QString::fromLatin1(QUrl::toAce(m_address.host));
  return plain.compare(m_address.host, Qt::CaseInsensitive) == 0 ? QString() : plain;
}

QString AppOpener::file() const {
  if (!m_wish.uri.isEmpty()) return {};
  const auto& request = m_question.request();
  return wording::thing(Terms::Kind::File, request.object);
}

QString AppOpener::kindName() const {
  if (m_wish.type.startsWith(SCHEME)) return m_wish.type.mid(SCHEME.size());
  auto type = QMimeDatabase().mimeTypeForName(m_wish.type);
  return type.isValid() && !type.comment().isEmpty() ? type.comment() : m_wish.type;
}

QString AppOpener::alwaysText() const {
  auto kind = wording::isolated(kindName());
  return m_wish.uri.isEmpty() ? tr("Always use it for files of this kind (%1)").arg(kind)
                              : tr("Always use it for addresses that begin with %1").arg(kind);
}

void AppOpener::setCurrent(int current) {
  if (current < 0 || current >= m_apps.size() || current == m_current) return;
  m_current = current;
  Q_EMIT currentChanged();
}

bool AppOpener::always() const { return m_question.lasting() == int(Terms::Lasting::Always); }

void AppOpener::setAlways(bool always) {
  m_question.setLasting(int(always ? Terms::Lasting::Always : Terms::Lasting::Once));
  Q_EMIT alwaysChanged();
}

void AppOpener::accept() {
  if (m_current < 0 || m_current >= m_apps.size() || !m_question.armed()) return;
  m_question.pick({{}, 0, {}, m_apps[m_current].id});
  m_question.allow();
}

}  // namespace latchkey::ui

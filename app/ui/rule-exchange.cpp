// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/ui/rule-exchange.h"

#include <algorithm>

#include "app/rules/rules-file.h"
#include "app/ui/wording.h"
#include "broker/base/files.h"
#include "broker/base/log.h"

namespace latchkey::ui {

using State = ImportLine::State;

RuleExchange::RuleExchange(Session& session, const AppsModel& names, Undo& undo, QString home, QObject* parent)
    : QAbstractListModel(parent), m_session(session), m_names(names), m_undo(undo), m_home(std::move(home)) {}

QVariant RuleExchange::data(const QModelIndex& index, int role) const {
  if (!index.isValid() || index.row() >= m_lines.size()) return {};
  const auto& line = m_lines[index.row()];
  auto who = m_names.wholeNameOf(line.rule.holder);
  switch (role) {
    case SentenceRole: return line.never ? wording::refusal(line.rule, who) : wording::rule(line.rule, who);
    case NoteRole:
      if (line.state == State::Added) return QString();
      if (line.state == State::Present) return tr("there already");
      return tr("line %L1: %2").arg(line.line).arg(line.fault);
    case SymbolRole:
      if (line.state == State::Refused) return QStringLiteral("warning");
      return line.state == State::Present ? QStringLiteral("check")
             : line.never                 ? QStringLiteral("refused")
                                          : QStringLiteral("key");
    case RefusedRole: return line.state == State::Refused;
    default: return {};
  }
}

QHash<int, QByteArray> RuleExchange::roleNames() const {
  return {{SentenceRole, "sentence"}, {NoteRole, "note"}, {SymbolRole, "symbolName"}, {RefusedRole, "refused"}};
}

int RuleExchange::count(State state) const {
  return int(std::ranges::count_if(m_lines, [&](const auto& line) { return line.state == state; }));
}

bool RuleExchange::ready() const { return !m_busy && m_fault.isEmpty() && count(State::Added) > 0; }

QString RuleExchange::summary() const {
  if (!m_open || m_lines.isEmpty()) return {};
  QStringList parts;
  if (auto added = count(State::Added)) parts << tr("%Ln would be added", nullptr, added);
  if (auto present = count(State::Present)) parts << tr("%Ln there already", nullptr, present);
  if (auto refused = count(State::Refused)) parts << tr("%Ln cannot be", nullptr, refused);
  return parts.join(QStringLiteral(" · "));
}

void RuleExchange::look(const QUrl& file) {
  auto path = file.toLocalFile().toStdString();
  if (path.empty()) return;
  m_errand = FarErrand([this, path](FarErrand::Tie& tie) {
    QByteArray content;
    bool isThere = false;
    KJ_IF_MAYBE (read, tryReadFile(path, MOST_RULES_BYTES)) content = QByteArray::fromStdString(*read), isThere = true;
    tie.tell([this, content, isThere] { took(content, isThere); });
  });
  if (m_errand.refused()) m_undo.did(tr("The disk does not answer"));
}

void RuleExchange::took(const QByteArray& content, bool isThere) {
  if (!isThere) return m_undo.did(tr("This is no file of rules: nothing that can be read, or more than 1 MiB"));
  m_content = content;
  m_session.importRules(content, m_home, Session::Apply::No, this, [this](const Import& import) { show(import); });
}

void RuleExchange::show(const Import& import) {
  beginResetModel();
  m_lines = import.lines;
  endResetModel();
  m_busy = false;
  m_fault = import.fault;
  if (m_fault.isEmpty() && m_lines.isEmpty()) m_fault = tr("There are no rules in it.");
  if (m_fault.isEmpty() && count(State::Refused) > 0)
    m_fault = tr("Nothing of it is taken over as long as one of them cannot be.");
  m_open = true;
  Q_EMIT changed();
}

void RuleExchange::apply() {
  if (!ready()) return;
  m_busy = true;
  Q_EMIT changed();
  m_session.importRules(m_content, m_home, Session::Apply::Yes, this, [this](const Import& import) {
    bool refused = std::ranges::any_of(import.lines, [](auto& line) { return line.state == State::Refused; });
    if (refused || !import.fault.isEmpty()) return show(import);
    m_undo.did(tr("%Ln rule(s) taken over", nullptr, count(State::Added)));
    close();
  });
}

void RuleExchange::close() {
  m_open = m_busy = false;
  m_content.clear();
  Q_EMIT changed();
}

void RuleExchange::save(const QUrl& file) {
  auto path = file.toLocalFile();
  if (path.isEmpty()) return;
  m_session.exportRules(m_home, this, [this, path](const Export& rules) { write(path, rules); });
}

void RuleExchange::write(const QString& path, const Export& rules) {
  m_errand = FarErrand([this, path, rules](FarErrand::Tie& tie) {
    QString fault;
    try {
      replaceFile(path.toStdString(), rules.content.toStdString());
    } catch (const kj::Exception& exception) {
      fault = tr("It could not be written: %1").arg(QString::fromStdString(reason(exception)).left(200));
    }
    tie.tell([this, path, fault, left = rules.left] {
      auto name = wording::isolated(path.section(u'/', -1));
      if (!fault.isEmpty()) return m_undo.did(fault);
      m_undo.did(left == 0
                     ? tr("Written to %1").arg(name)
                     : tr("Written to %1, without %Ln that such a file cannot say", nullptr, int(left)).arg(name));
    });
  });
  if (m_errand.refused()) m_undo.did(tr("The disk does not answer"));
}

}  // namespace latchkey::ui

// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// The order of names in lists, as people of the person's language expect it.

#include <QCollator>

namespace latchkey::ui {

inline QCollator alphabet() {
  // The C locale orders bytes, with all capitals first: no list for people.
  QCollator collator(QLocale().language() == QLocale::C ? QLocale(QLocale::English) : QLocale());
  collator.setCaseSensitivity(Qt::CaseInsensitive);
  collator.setNumericMode(true);
  return collator;
}

}  // namespace latchkey::ui

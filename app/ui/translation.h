// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// The person's language.

#include <QGuiApplication>
#include <QLocale>

namespace latchkey::ui {

// Loads our translation and Qt's own for `locale`, and takes its writing direction. English needs none.
void useLanguage(QGuiApplication& app, const QLocale& locale);

}  // namespace latchkey::ui

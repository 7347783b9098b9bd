// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/ui/translation.h"

#include <QLibraryInfo>
#include <QTranslator>

namespace latchkey::ui {

void useLanguage(QGuiApplication& app, const QLocale& locale) {
  QLocale::setDefault(locale);
  // Where no language is chosen it is English: with its plurals, "1 question waits".
  auto texts = locale.language() == QLocale::C ? QLocale(QLocale::English) : locale;
  auto load = [&](const QString& name, const QString& folder) {
    auto* translator = new QTranslator(&app);
    if (translator->load(texts, name, QStringLiteral("_"), folder)) app.installTranslator(translator);
    else delete translator;
  };
  load(QStringLiteral("qtbase"), QLibraryInfo::path(QLibraryInfo::TranslationsPath));
  load(QStringLiteral("latchkey"), QStringLiteral(":/i18n"));
  app.setLayoutDirection(locale.textDirection());
}

}  // namespace latchkey::ui

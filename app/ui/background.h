// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Work that waits for a disk, done in a thread of its own; what it found comes back to the thread that asked, unless
// `context` has gone by then.

#include <QFuture>
#include <QObject>
#include <QPromise>
#include <QThreadPool>

#include <memory>

namespace latchkey::ui {

template <typename Work, typename Then>
void inBackground(QObject* context, Work work, Then then) {
  auto promise = std::make_shared<QPromise<std::invoke_result_t<Work>>>();
  promise->future().then(context, std::move(then));
  promise->start();
  QThreadPool::globalInstance()->start([promise, work = std::move(work)] {
    promise->addResult(work());
    promise->finish();
  });
}

}  // namespace latchkey::ui

// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/ui/picture-reader.h"

#include <memory>
#include <optional>

#include "broker/base/log.h"
#include "launcher/reader/reader-client.h"

namespace latchkey::ui {
namespace {

using namespace std::chrono_literals;

constexpr auto IDLE = 15s;

QImage imageOf(const Pixels& pixels) {
  if (pixels.width == 0 || pixels.rgba.size() != size_t(pixels.width) * pixels.height * 4) return {};
  return QImage(reinterpret_cast<const uchar*>(pixels.rgba.data()), int(pixels.width), int(pixels.height),
                int(pixels.width) * 4, QImage::Format_RGBA8888)
      .convertToFormat(QImage::Format_ARGB32_Premultiplied);
}

template <typename Read>
void guarded(Read read) {
  auto failure = kj::runCatchingExceptions(read);
  KJ_IF_MAYBE (exception, failure) logWarning("no picture: " + reason(*exception));
}

}  // namespace

PictureReader::PictureReader() : m_thread([this] { run(); }) {}

PictureReader::~PictureReader() {
  {
    std::lock_guard lock(m_lock);
    m_ending = true;
  }
  m_more.notify_one();
  m_thread.join();
}

void PictureReader::add(Task task) {
  {
    std::lock_guard lock(m_lock);
    m_wanted.push_back(std::move(task));
  }
  m_more.notify_one();
}

void PictureReader::icon(kj::AutoCloseFd file, int side, Painted done) {
  add([file = std::make_shared<kj::AutoCloseFd>(kj::mv(file)), side, done = std::move(done)](ReaderClient& client) {
    QImage image;
    guarded([&] {
      if (auto pixels = client.icon(*file, uint32_t(side))) image = imageOf(*pixels);
    });
    done(image);
  });
}

void PictureReader::preview(kj::AutoCloseFd file, int side, Seen done) {
  add([file = std::make_shared<kj::AutoCloseFd>(kj::mv(file)), side, done = std::move(done)](ReaderClient& client) {
    FilePreview seen;
    guarded([&] { seen = client.preview(*file, uint32_t(side)); });
    QStringList lines;
    for (const auto& line : seen.lines) lines << QString::fromStdString(line);
    done(imageOf(seen.image), lines);
  });
}

void PictureReader::run() {
  // Made and destroyed in this thread, as it wants.
  std::optional<ReaderClient> client;
  std::unique_lock lock(m_lock);
  while (!m_ending) {
    if (m_wanted.empty()) {
      if (!client) m_more.wait(lock);
      else if (m_more.wait_for(lock, IDLE) == std::cv_status::timeout) client.reset();
      continue;
    }
    auto wanted = std::move(m_wanted.front());
    m_wanted.pop_front();
    lock.unlock();
    if (!client) client.emplace();
    wanted(*client);
    wanted = {};
    lock.lock();
  }
}

}  // namespace latchkey::ui

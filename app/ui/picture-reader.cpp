// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/ui/picture-reader.h"

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

QImage read(ReaderClient& client, PictureReader::What what, int file, int side) {
  QImage image;
  auto failure = kj::runCatchingExceptions([&] {
    if (what == PictureReader::What::Icon) {
      auto pixels = client.icon(file, uint32_t(side));
      if (pixels) image = imageOf(*pixels);
    } else {
      image = imageOf(client.preview(file, uint32_t(side)).image);
    }
  });
  KJ_IF_MAYBE (exception, failure) logWarning("no picture: " + reason(*exception));
  return image;
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

void PictureReader::read(What what, kj::AutoCloseFd file, int side, Painted done) {
  {
    std::lock_guard lock(m_lock);
    m_wanted.push_back({what, kj::mv(file), side, std::move(done)});
  }
  m_more.notify_one();
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
    wanted.done(ui::read(*client, wanted.what, wanted.file.get(), wanted.side));
    lock.lock();
  }
}

}  // namespace latchkey::ui

// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
import QtQuick
import QtQuick.Templates as T

T.Menu {
    id: root

    // As wide as its longest entry, within reason: translations differ.
    implicitWidth: {
        let widest = 232;
        for (let i = 0; i < count; ++i)
            widest = Math.max(widest, itemAt(i)?.implicitWidth ?? 0);
        return Math.min(widest, 400) + 8;
    }
    implicitHeight: Math.min(contentItem.implicitHeight + 8, 480)
    padding: 4
    margins: 4
    overlap: 1

    delegate: MenuEntry {}
    contentItem: ListView {
        implicitHeight: contentHeight
        model: root.contentModel
        interactive: Window.window ? contentHeight + 8 > Window.window.height : false
        clip: true
        currentIndex: root.currentIndex
    }
    background: Card {
        border.color: Theme.control
    }
}

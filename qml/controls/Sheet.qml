// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
import QtQuick
import QtQuick.Templates as T

// A question of ours about what the person is doing, over the window it belongs to.
T.Dialog {
    id: root

    parent: T.Overlay.overlay
    anchors.centerIn: parent
    width: Math.min(440, parent ? parent.width - 48 : 440)
    implicitHeight: contentItem.implicitHeight + topPadding + bottomPadding
    padding: Theme.margin
    modal: true
    focus: true
    closePolicy: T.Popup.CloseOnEscape

    background: Card {}
    T.Overlay.modal: Rectangle {
        color: Theme.shade
    }
}

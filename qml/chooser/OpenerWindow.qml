// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
import QtQuick
import QtQuick.Window
import dev.latchkey.model

// The window in which a person says which app opens something.
Window {
    id: root

    required property Question question
    required property AppOpener opener
    signal pageWanted(app: string)

    x: Screen.virtualX + Math.round((Screen.width - width) / 2)
    y: Screen.virtualY + Math.round((Screen.height - height) * 0.4)
    width: 440
    height: card.implicitHeight
    minimumWidth: width
    maximumWidth: width
    minimumHeight: card.implicitHeight
    maximumHeight: card.implicitHeight
    flags: Qt.Dialog | Qt.WindowStaysOnTopHint | Qt.WindowTitleHint | Qt.WindowCloseButtonHint
    color: Theme.ground
    title: qsTr("%1 asks").arg(question.appName)
    LayoutMirroring.enabled: Application.layoutDirection === Qt.RightToLeft
    LayoutMirroring.childrenInherit: true

    onClosing: close => {
        close.accepted = false;
        root.question.dismiss();
    }
    onActiveChanged: if (active)
        card.settle()

    InputGuard {
        id: inputGuard

        window: root
        question: root.question
    }
    OpenerCard {
        id: card

        anchors.fill: parent
        focus: true
        question: root.question
        opener: root.opener
        guard: inputGuard
    }
}

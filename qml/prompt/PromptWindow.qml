// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
import QtQuick
import QtQuick.Window
import dev.latchkey.model

// The window of one question. Made before it is needed: see PromptDesk.
Window {
    id: root

    required property Question question
    signal pageWanted(app: string)

    // Over the middle of the screen, a little above: where compositors leave the choice to us.
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

    // Closing is "not this time", never "no for good".
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
    PromptCard {
        id: card

        anchors.fill: parent
        focus: true
        question: root.question
        guard: inputGuard
        onPageWanted: app => root.pageWanted(app)
    }
}

// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
import QtQuick
import QtQuick.Window
import dev.latchkey.model

// The window in which a person says what another machine gets of what it asked for.
Window {
    id: root

    required property Question question
    required property ShareDraft draft
    signal pageWanted(app: string)

    // What does not fit the screen scrolls.
    readonly property int tall: Math.min(card.implicitHeight, Math.max(320, Screen.desktopAvailableHeight - 80))

    x: Screen.virtualX + Math.round((Screen.width - width) / 2)
    y: Screen.virtualY + Math.round((Screen.height - height) * 0.4)
    width: 560
    height: tall
    minimumWidth: width
    maximumWidth: width
    minimumHeight: tall
    maximumHeight: tall
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
    GiverCard {
        id: card

        anchors.fill: parent
        focus: true
        question: root.question
        draft: root.draft
        guard: inputGuard
    }
}

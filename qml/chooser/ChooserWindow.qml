// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
import QtQuick
import QtQuick.Window
import dev.latchkey.model

// The window in which a person picks files for an app.
Window {
    id: root

    required property Question question
    required property FileChooser chooser
    signal pageWanted(app: string)

    x: Screen.virtualX + Math.round((Screen.width - width) / 2)
    y: Screen.virtualY + Math.round((Screen.height - height) * 0.4)
    width: Math.min(900, Screen.width - 40)
    height: Math.min(660, Screen.height - 60)
    minimumWidth: Math.min(640, Screen.width)
    minimumHeight: Math.min(560, Screen.height)
    flags: Qt.Dialog | Qt.WindowTitleHint | Qt.WindowCloseButtonHint | Qt.WindowMaximizeButtonHint
    color: Theme.ground
    title: qsTr("%1 asks").arg(question.appName)
    LayoutMirroring.enabled: Application.layoutDirection === Qt.RightToLeft
    LayoutMirroring.childrenInherit: true

    // Closing is "not this time", never "no for good".
    onClosing: close => {
        close.accepted = false;
        root.question.dismiss();
    }

    InputGuard {
        id: inputGuard

        window: root
        question: root.question
    }
    ChooserCard {
        anchors.fill: parent
        focus: true
        question: root.question
        chooser: root.chooser
        guard: inputGuard
    }
}

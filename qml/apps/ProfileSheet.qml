// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
import QtQuick
import dev.latchkey.model

// Starting an app as somebody else: with another private folder and other permissions.
Sheet {
    id: root

    required property AppsModel apps
    property string appId: ""
    property string appName: ""

    function ask(appId: string, appName: string) {
        root.appId = appId;
        root.appName = appName;
        field.clear();
        open();
    }
    function start() {
        if (!field.acceptableInput)
            return;
        apps.start(appId, field.text);
        close();
    }
    onOpened: field.forceActiveFocus(Qt.TabFocusReason)
    title: qsTr("Start %1 with a profile of its own").arg(root.appName)
    buttons: [
        PushButton {
            text: qsTr("Cancel")
            onClicked: root.close()
        },
        PushButton {
            text: qsTr("Start")
            manner: PushButton.Primary
            enabled: field.acceptableInput
            onClicked: root.start()
        }
    ]

    PlainLabel {
        width: parent.width
        text: qsTr("A profile has its own private folder and its own permissions, as if it were another app.")
        wrapMode: Text.Wrap
    }
    InputField {
        id: field

        width: parent.width
        placeholderText: qsTr("Name, such as work")
        maximumLength: 40
        validator: RegularExpressionValidator {
            regularExpression: /[A-Za-z0-9][A-Za-z0-9_-]*/
        }
        onAccepted: root.start()
    }
}
